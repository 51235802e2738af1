"""Addresses of awards: making one, the lists, and what can be done with one."""

from django.urls import path

from console.views import award_one, awards, changes, filters, lists, trials

urlpatterns = [
    path("<slug:slug>/achievements/<uuid:achievement_id>/award/", award_one.award_one, name="award_one"),
    path("<slug:slug>/trials/", trials.trials, name="trials"),
    path("<slug:slug>/awards/", lists.awards, name="awards"),
    path("<slug:slug>/awards/views/", filters.keep_list, name="keep_list"),
    path("<slug:slug>/awards/views/rename/", filters.rename_list, name="rename_list"),
    path("<slug:slug>/awards/views/forget/", filters.forget_list, name="forget_list"),
    path("<slug:slug>/awards/<uuid:award_id>/", awards.award, name="award"),
    path("<slug:slug>/awards/<uuid:award_id>/undo", awards.cancel, name="undo"),
    path("<slug:slug>/awards/<uuid:award_id>/send", awards.send, name="send"),
    path("<slug:slug>/awards/<uuid:award_id>/send-link", changes.send_link, name="send_link"),
    path("<slug:slug>/awards/<uuid:award_id>/withdraw-link", changes.withdraw_link, name="withdraw_link"),
    path("<slug:slug>/awards/<uuid:award_id>/correct/", changes.correct, name="correct"),
    path("<slug:slug>/awards/<uuid:award_id>/status/<slug:change>/", changes.change_status, name="change_status"),
]
