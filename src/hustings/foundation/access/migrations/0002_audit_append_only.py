from django.db import migrations

# The trigger refuses everyone; the application's role, where there is one, has not even the right to try.
CREATE = """
create function access_audit_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the audit trail is append-only';
end
$$;
create trigger access_audit_append_only before update or delete on access_auditentry
    for each row execute function access_audit_append_only();
do $$
begin
    if exists (select from pg_roles where rolname = 'hustings_app') then
        revoke update, delete, truncate, references, trigger on access_auditentry from hustings_app;
    end if;
end
$$;
"""
DROP = """
drop trigger access_audit_append_only on access_auditentry;
drop function access_audit_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
