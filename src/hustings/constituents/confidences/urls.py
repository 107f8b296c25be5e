from django.urls import path

from .views import files, notes

app_name = "confidences"
urlpatterns = [
    path("vetting/", files.files, name="files"),
    path("vetting/new/", files.new_file, name="new_file"),
    path("vetting/<uuid:uid>/", files.file, name="file"),
    path("vetting/<uuid:uid>/documents/", files.add, name="add_document"),
    path("vetting/documents/<uuid:uid>/", files.document, name="document"),
    path("vetting/documents/<uuid:uid>/remove/", files.remove, name="remove_document"),
    path("privileged/<uuid:uid>/delete/", notes.delete, name="delete_note"),
    path("privileged/<slug:record>/<uuid:uid>/", notes.write, name="write_note"),
]
