from django.urls import path, re_path

from budget import notice_views, views

app_name = "budget"

urlpatterns = [
    path("budget/", views.BudgetList.as_view(), name="budget-list"),
    path("budget/<yyyy:year>/", views.budget_detail, name="budget-detail"),
    path("budget/underlag/<int:number>/", notice_views.fee_notice, name="fee-notice"),
    re_path(
        r"^budget/underlag/(?P<number>[0-9]{1,10})\.(?P<suffix>pdf|csv|xlsx)\Z",
        notice_views.fee_notice_file,
        name="fee-notice-file",
    ),
    re_path(
        r"^budget/underlag/(?P<number>[0-9]{1,10})/alla\.(?P<suffix>pdf|csv|xlsx)\Z",
        notice_views.fee_issue_file,
        name="fee-issue-file",
    ),
]
