from django.urls import path

from sodertorn import dataset_pages

urlpatterns = [
    path("oppna-data/", dataset_pages.open_data, name="open-data"),
    path("oppna-data/<slug:slug>/", dataset_pages.dataset_detail, name="dataset-detail"),
    path("oppna-data/<slug:slug>.<data:suffix>", dataset_pages.dataset_file, name="dataset-file"),
]
