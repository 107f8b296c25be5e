from django.urls import path

from .views import article, corrections, deeds, listing, polls, publishing, states, writing

app_name = "answers"
urlpatterns = [
    path("", listing.answers_list, name="list"),
    path("answers.csv", listing.answers_csv, name="csv"),
    path("answers.json", listing.answers_json, name="json"),
    path("new/", writing.make, name="make"),
    path("polls/", polls.polls, name="polls"),
    path("polls/sample/", polls.load_sample, name="load_sample"),
    path("<uuid:uid>/", article.article_page, name="article"),
    path("<uuid:uid>/revise/", writing.revise_article, name="revise"),
    path("<uuid:uid>/compare/", article.compare, name="compare"),
    path("<uuid:uid>/approve/", deeds.approve_version, name="approve"),
    path("<uuid:uid>/withdraw/", deeds.withdraw_article, name="withdraw"),
    path("<uuid:uid>/restore/", deeds.restore_article, name="restore"),
    path("<uuid:uid>/care/", deeds.care, name="care"),
    path("<uuid:uid>/publish/", publishing.publish, name="publish"),
    path("<uuid:uid>/address/", publishing.address, name="address"),
    path("<uuid:uid>/archive/", publishing.put_away, name="put_away"),
    path("<uuid:uid>/files/<uuid:file>/", publishing.download, name="file"),
    path("<uuid:uid>/states/", states.states_page, name="states"),
    path("<uuid:uid>/states/protect/", states.protect, name="protect"),
    path("<uuid:uid>/states/sign/<uuid:text>/", states.sign, name="sign"),
    path("<uuid:uid>/states/<str:code>/withdraw/", states.withdraw_words, name="withdraw_words"),
    path("<uuid:uid>/states/<str:code>/restore/", states.restore_words, name="restore_words"),
    path("<uuid:uid>/answered/", corrections.answered, name="answered"),
    path("<uuid:uid>/answered.csv", corrections.answered_csv, name="answered_csv"),
    path("<uuid:uid>/correct/", corrections.write, name="correct"),
    path("<uuid:uid>/corrections/<uuid:correction>/", corrections.correction, name="correction"),
    path("<uuid:uid>/corrections/<uuid:correction>/words/", corrections.write, name="correct_again"),
    path("<uuid:uid>/corrections/<uuid:correction>/approve/", corrections.approve, name="approve_correction"),
    path("<uuid:uid>/corrections/<uuid:correction>/calls.csv", corrections.calls_csv, name="calls_csv"),
    path("<uuid:uid>/called/<uuid:recipient>/", corrections.called, name="called"),
]
