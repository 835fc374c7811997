// Tells in the page, in Swedish, that a passkey could not be used. allauth's script only tells the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const problem = document.getElementById("nyckelfel");
  if (problem) {
    problem.hidden = false;
    problem.scrollIntoView({ block: "nearest" });
  }
});
