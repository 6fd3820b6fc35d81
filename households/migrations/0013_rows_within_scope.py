"""The database shows and takes only rows of households within the scope of whoever asks."""

from django.db import migrations

from common.protection import ProtectRows, likely
from common.scopes import RECORDS

# A person is registered before the membership that makes him or her visible; without a scope nobody is.
PROTECT_MEMBERS = f"""
ALTER TABLE households_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE households_member FORCE ROW LEVEL SECURITY;
CREATE POLICY within_scope ON households_member
    USING ({likely("EXISTS (SELECT FROM households_membership m WHERE m.member_id = households_member.id)")})
    WITH CHECK ((SELECT nullif(current_setting('{RECORDS}', true), '')) IS NOT NULL);
"""
SHOW_MEMBERS = """
DROP POLICY within_scope ON households_member;
ALTER TABLE households_member NO FORCE ROW LEVEL SECURITY;
ALTER TABLE households_member DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0012_findings_of_quality")]
    operations = [
        ProtectRows("household", places=["village"], keys="id"),
        ProtectRows("membership", through=["household"]),
        migrations.RunSQL(PROTECT_MEMBERS, SHOW_MEMBERS),
        ProtectRows("case", places=["village"], keys="household"),
        ProtectRows("caserisk", through=["case"]),
        ProtectRows("caseevent", places=["village"], keys="case__household"),
        ProtectRows("casespan", places=["village"], keys="household", figures=True),
        ProtectRows("incomesurvey", places=["village"], keys="household"),
        ProtectRows("guaranteecheck", places=["village"], keys="household"),
        ProtectRows("membercondition", through=["member"]),
        ProtectRows("riskfinding", places=["village"], keys="case__household"),
        ProtectRows("gatewaiver", places=["village"], keys="case__household"),
        ProtectRows("deadline", places=["village"], keys="case__household"),
        ProtectRows("deadlinepause", places=["village"], keys="deadline__case__household"),
        ProtectRows("escalation", places=["village"], keys="deadline__case__household"),
        ProtectRows("finding", places=["village"], keys="household"),
        ProtectRows("visit", places=["village"], keys="household"),
        ProtectRows("visitphoto", places=["village"], keys="visit__household"),
    ]
