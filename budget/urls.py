from django.urls import path, re_path

from budget import notice_views, views, what_if_views

app_name = "budget"

urlpatterns = [
    path("budget/", views.budget_list, name="budget-list"),
    path("budget.<table:suffix>", views.budget_list_file, name="budget-list-file"),
    path("budget/<yyyy:year>/", views.budget_detail, name="budget-detail"),
    path("budget/<yyyy:year>.<table:suffix>", views.budget_detail_file, name="budget-detail-file"),
    path("budget/<yyyy:year>/avgifter.<table:suffix>", views.fees_file, name="fees-file"),
    path("budget/kalkyl/", what_if_views.what_if_page, name="what-if"),
    path("budget/kalkyl.<table:suffix>", what_if_views.what_if_file, name="what-if-file"),
    path("budget/kalkyl/spara/", what_if_views.scenario_save, name="scenario-save"),
    path("budget/kalkyl/<int:pk>/utkast/", what_if_views.scenario_draft, name="scenario-draft"),
    path("kommuner/<slug:slug>/avgift/", views.municipality_fee, name="municipality-fee"),
    path(
        "kommuner/<slug:slug>/avgift.<table:suffix>",
        views.municipality_fee_file,
        name="municipality-fee-file",
    ),
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
