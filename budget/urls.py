from django.urls import path

from budget import views

app_name = "budget"

urlpatterns = [
    path("budget/", views.BudgetList.as_view(), name="budget-list"),
    path("budget/<yyyy:year>/", views.budget_detail, name="budget-detail"),
]
