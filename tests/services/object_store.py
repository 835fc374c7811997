"""A store that speaks S3 (moto's server) on loopback, in a process of its own, with one empty bucket."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator

import boto3

from tests.services.portal import answers, free_port

BUCKET = "dokument"
SECONDS_TO_START = 60


class ObjectStore:
    """A store that can be stopped, and is then as empty as when it began when it is started again."""

    def __init__(self) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.url = f"s3://nyckel:hemlighet@127.0.0.1:{self.port}/{BUCKET}?region=eu-north-1&https=false"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "--port", str(self.port), "--host", "127.0.0.1"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + SECONDS_TO_START
        while not answers(self.address):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("moto's server did not start")
            time.sleep(0.1)
        store = boto3.client(
            "s3",
            endpoint_url=self.address,
            region_name="eu-north-1",
            aws_access_key_id="nyckel",
            aws_secret_access_key="hemlighet",
        )
        store.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextlib.contextmanager
def running_object_store() -> Iterator[ObjectStore]:
    store = ObjectStore()
    try:
        store.start()
        yield store
    finally:
        store.stop()
