import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
import teams.models.connections
import teams.models.team
import teams.secret_text
import teams.zones
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations, models

from teams.migrating import Together


NOTE_CHANGE = """
CREATE FUNCTION baton_note_change(
    _operation text, _was jsonb, _is jsonb, _model text, _key text, _hidden text[], _ignored text[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _changed jsonb := '{}';
BEGIN
    IF _operation = 'UPDATE' THEN
        SELECT jsonb_object_agg(
            was.key,
            CASE WHEN was.key = ANY(_hidden) THEN '["[hidden]", "[hidden]"]'::jsonb
                 ELSE jsonb_build_array(was.value, now.value) END
        ) INTO _changed
        FROM jsonb_each(_was) AS was JOIN jsonb_each(_is) AS now ON now.key = was.key
        WHERE was.value IS DISTINCT FROM now.value AND NOT was.key = ANY(_ignored);
        IF _changed IS NULL THEN
            RETURN;
        END IF;
    ELSIF _operation = 'DELETE' THEN
        SELECT jsonb_object_agg(was.key, CASE WHEN was.key = ANY(_hidden) THEN '"[hidden]"'::jsonb ELSE was.value END)
        INTO _changed FROM jsonb_each(_was) AS was WHERE NOT was.key = ANY(_ignored);
    END IF;
    INSERT INTO teams_auditentry (model, "row", operation, changed, context_id, at)
    VALUES (
        _model, (coalesce(_is, _was) ->> _key)::bigint, lower(_operation), _changed, _pgh_attach_context(),
        clock_timestamp()
    );
END $$
"""
FORGET_IT = "DROP FUNCTION baton_note_change(text, jsonb, jsonb, text, text, text[], text[])"
# The table of contexts is still empty: nobody waits for this one.
BY_REQUEST = "CREATE INDEX audit_of_a_request ON pghistory_context ((metadata ->> 'request_id'))"


class Migration(migrations.Migration):
    """Who: people, teams and their settings, and the audit of both."""

    initial = True

    #: Where these were applied, the tables are there.
    replaces = [
        ('teams', '0001_initial'),
        ('teams', '0002_encrypt_an_empty_text_as_empty'),
        ('teams', '0003_keep_answers_for_idempotency_keys'),
        ('teams', '0004_when_slack_last_worked'),
        ('teams', '0005_settings_have_a_story'),
        ('teams', '0006_connections_alike'),
        ('teams', '0007_audit'),
        ('teams', '0008_people_come_and_go'),
        ('teams', '0009_texts_and_consent'),
        ('teams', '0010_own_mail_servers'),
        ('teams', '0011_shares_and_absences'),
        ('teams', '0012_audit_invitations_and_feeds'),
        ('teams', '0013_remind_and_correct'),
        ('teams', '0014_reminders'),
        ('teams', '0015_postal_address'),
        ('teams', '0016_watch_for_promises'),
        ('teams', '0017_when_a_pattern_is_one'),
        ('teams', '0018_remind_of_unread_briefs'),
        ('teams', '0019_mailboxes'),
        ('teams', '0020_photos'),
        ('teams', '0021_what_states_ask'),
        ('teams', '0022_slack_hears_buttons'),
        ('teams', '0023_on_call_and_rings'),
        ('teams', '0024_who_may_be_paid_by_closing'),
    ]

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        BtreeGistExtension(),  # ranges beside keys in one index
        TrigramExtension(),  # search by parts of names
        migrations.RunSQL(NOTE_CHANGE, FORGET_IT),
        migrations.RunSQL(BY_REQUEST, "DROP INDEX audit_of_a_request"),
        Together([
            migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('email', models.EmailField(max_length=254, unique=True)),
                    ('name', models.CharField(max_length=120)),
                    ('zone', models.CharField(default='America/Chicago', help_text='IANA name of the zone this person lives in.', max_length=64, validators=[teams.zones.validate_zone])),
                    ('phone', models.CharField(blank=True, help_text='E.164.', max_length=16)),
                    ('is_active', models.BooleanField(default=True)),
                    ('is_staff', models.BooleanField(default=False)),
                    ('joined_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                    ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='one_user_per_email')],
                },
            ),
            migrations.CreateModel(
                name='Team',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=120)),
                    ('slug', models.SlugField(unique=True)),
                    ('zone', models.CharField(default='America/Chicago', max_length=64, validators=[teams.zones.validate_zone])),
                    ('currency', models.CharField(default='USD', help_text='ISO 4217.', max_length=3)),
                    ('country', models.CharField(default='US', help_text='Region in which phone numbers are read.', max_length=2)),
                    ('reply_to', models.EmailField(blank=True, help_text="Where answers to the team's mails go.", max_length=254)),
                    ('postal_address', models.CharField(blank=True, db_default='', help_text='On one line; at the foot of mail that nobody asked for.', max_length=200)),
                    ('stage_names', models.JSONField(blank=True, db_default={}, default=dict, help_text='What this team calls a stage, by its code, where not as built in.')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('settled_at', models.DateTimeField(blank=True, help_text='When the list of first steps was put away.', null=True)),
                ],
            ),
            migrations.CreateModel(
                name='Membership',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('role', models.CharField(choices=[('isa', 'ISA'), ('agent', 'Closing agent'), ('lead', 'Team lead')], max_length=5)),
                    ('licensed_states', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), blank=True, db_default=[], default=list, help_text='Where an ISA is licensed (USPS); agents have it on their profile.', size=None)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                    ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='teams.team')),
                ],
                options={
                    'indexes': [models.Index(fields=['team', 'role'], name='membership_by_role')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('user', 'team'), name='one_active_membership_per_team')],
                },
            ),
            migrations.CreateModel(
                name='SettingChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('part', models.CharField(help_text='Code of the part of settings: teams.hub.Part.', max_length=20)),
                    ('words', models.CharField(max_length=300)),
                    ('at', models.DateTimeField()),
                    ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.membership')),
                    ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='teams.team')),
                ],
                options={
                    'ordering': ['-id'],
                    'indexes': [models.Index(fields=['team', '-id'], name='setting_changes_of_team')],
                },
            ),
            migrations.CreateModel(
                name='StateRule',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('state', models.CharField(choices=[('AL', 'Alabama'), ('AK', 'Alaska'), ('AZ', 'Arizona'), ('AR', 'Arkansas'), ('CA', 'California'), ('CO', 'Colorado'), ('CT', 'Connecticut'), ('DE', 'Delaware'), ('DC', 'District of Columbia'), ('FL', 'Florida'), ('GA', 'Georgia'), ('HI', 'Hawaii'), ('ID', 'Idaho'), ('IL', 'Illinois'), ('IN', 'Indiana'), ('IA', 'Iowa'), ('KS', 'Kansas'), ('KY', 'Kentucky'), ('LA', 'Louisiana'), ('ME', 'Maine'), ('MD', 'Maryland'), ('MA', 'Massachusetts'), ('MI', 'Michigan'), ('MN', 'Minnesota'), ('MS', 'Mississippi'), ('MO', 'Missouri'), ('MT', 'Montana'), ('NE', 'Nebraska'), ('NV', 'Nevada'), ('NH', 'New Hampshire'), ('NJ', 'New Jersey'), ('NM', 'New Mexico'), ('NY', 'New York'), ('NC', 'North Carolina'), ('ND', 'North Dakota'), ('OH', 'Ohio'), ('OK', 'Oklahoma'), ('OR', 'Oregon'), ('PA', 'Pennsylvania'), ('RI', 'Rhode Island'), ('SC', 'South Carolina'), ('SD', 'South Dakota'), ('TN', 'Tennessee'), ('TX', 'Texas'), ('UT', 'Utah'), ('VT', 'Vermont'), ('VA', 'Virginia'), ('WA', 'Washington'), ('WV', 'West Virginia'), ('WI', 'Wisconsin'), ('WY', 'Wyoming')], max_length=2)),
                    ('may_set_appointments', models.BooleanField(default=False)),
                    ('may_call_cold', models.BooleanField(default=False)),
                    ('may_be_paid_by_closing', models.BooleanField(db_default=False, default=False, help_text='Whether an ISA without a licence may have a share of a commission.')),
                    ('source', models.CharField(blank=True, help_text="A law's section, or an address.", max_length=300)),
                    ('needs_consent', models.BooleanField(default=False, help_text='Whether everybody on a call must agree to it.')),
                    ('consent_source', models.CharField(blank=True, max_length=300)),
                    ('checked_on', models.DateField()),
                    ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='state_rules', to='teams.team')),
                ],
                options={
                    'ordering': ['state'],
                    'constraints': [models.UniqueConstraint(fields=('team', 'state'), name='one_rule_per_state')],
                },
            ),
            migrations.CreateModel(
                name='TimeOff',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('starts_at', models.DateTimeField()),
                    ('ends_at', models.DateTimeField()),
                    ('note', models.CharField(blank=True, max_length=120)),
                    ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='time_off', to='teams.membership')),
                ],
                options={
                    'verbose_name_plural': 'time off',
                    'ordering': ['starts_at'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='time_off_has_length')],
                },
            ),
            migrations.CreateModel(
                name='WorkingHours',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('weekday', models.PositiveSmallIntegerField(help_text='0 is Monday, as in datetime.weekday().')),
                    ('opens', models.TimeField()),
                    ('closes', models.TimeField()),
                    ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='working_hours', to='teams.membership')),
                ],
                options={
                    'verbose_name_plural': 'working hours',
                    'ordering': ['weekday', 'opens'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('weekday__lte', 6)), name='weekday_exists'), models.CheckConstraint(condition=models.Q(('opens__lt', models.F('closes'))), name='opens_before_it_closes'), models.UniqueConstraint(fields=('membership', 'weekday', 'opens'), name='one_stretch_per_opening')],
                },
            ),
            migrations.CreateModel(
                name='Area',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80)),
                    ('median_price', models.PositiveIntegerField(blank=True, help_text="Whole units of the team's currency.", null=True)),
                    ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='areas', to='teams.team')),
                ],
                options={
                    'ordering': ['name'],
                    'constraints': [models.UniqueConstraint(models.F('team'), django.db.models.functions.text.Lower('name'), name='one_area_per_name')],
                },
            ),
            migrations.CreateModel(
                name='AgentProfile',
                fields=[
                    ('price_min', models.PositiveIntegerField(blank=True, help_text="Whole units of the team's currency.", null=True)),
                    ('price_max', models.PositiveIntegerField(blank=True, help_text='Empty: no upper end.', null=True)),
                    ('weight', models.PositiveSmallIntegerField(db_default=100, default=100, help_text='Share of leads in percent of a full one.', validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(300)])),
                    ('day_capacity', models.PositiveSmallIntegerField(blank=True, help_text="Empty: the team's.", null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(48)])),
                    ('week_capacity', models.PositiveSmallIntegerField(blank=True, help_text="Empty: the team's.", null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(200)])),
                    ('membership', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='profile', serialize=False, to='teams.membership')),
                    ('title', models.CharField(blank=True, help_text='As clients hear it: “downtown condo specialist”.', max_length=80)),
                    ('line', models.CharField(blank=True, help_text='One sentence an ISA can say about this agent.', max_length=240)),
                    ('years', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(70)])),
                    ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), blank=True, default=list, help_text='ISO 639-1 codes.', size=None)),
                    ('states', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), blank=True, default=list, help_text='Where licensed (USPS).', size=None)),
                    ('video_link', models.URLField(blank=True)),
                    ('takes_handoffs', models.BooleanField(default=True)),
                    ('photo_mark', models.CharField(blank=True, db_default='', help_text='Names the photo; empty: none.', max_length=16)),
                    ('areas', models.ManyToManyField(blank=True, related_name='agents', to='teams.area')),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('price_min', None), ('price_max', None), ('price_min__lte', models.F('price_max')), _connector='OR'), name='price_band_in_order')],
                },
            ),
            migrations.CreateModel(
                name='Photo',
                fields=[
                    ('membership', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='photo', serialize=False, to='teams.membership')),
                    ('image', models.BinaryField()),
                    ('changed_at', models.DateTimeField()),
                ],
            ),
            migrations.CreateModel(
                name='Presence',
                fields=[
                    ('membership', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='presence', serialize=False, to='teams.membership')),
                    ('since', models.DateTimeField()),
                    ('until', models.DateTimeField()),
                    ('ended_because', models.CharField(blank=True, choices=[('off', 'Went off call'), ('missed', 'Missed too many rings'), ('left', 'Left the team')], db_default='', default='', max_length=6)),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('missed', models.PositiveSmallIntegerField(db_default=0, default=0, help_text='Rings missed in a row.')),
                ],
                options={
                    'verbose_name_plural': 'presences',
                    'constraints': [models.CheckConstraint(condition=models.Q(('until__gt', models.F('since'))), name='presence_ends_after_it_starts')],
                },
            ),
            migrations.CreateModel(
                name='Absence',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('is_own', models.BooleanField(help_text="Whether the agent's profile says “takes no handoffs”, rather than a lead.")),
                    ('reason', models.CharField(blank=True, max_length=300)),
                    ('starts_at', models.DateTimeField()),
                    ('until', models.DateTimeField(blank=True, help_text='When it ends by itself; empty: when somebody ends it.', null=True)),
                    ('ended_at', models.DateTimeField(blank=True, help_text='When somebody ended it.', null=True)),
                    ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='teams.membership')),
                    ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to='teams.membership')),
                ],
                options={
                    'ordering': ['-starts_at'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('membership', 'is_own'), name='one_absence_of_a_kind'), models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('starts_at')), _connector='OR'), name='absence_ends_after_it_starts')],
                },
            ),
            migrations.CreateModel(
                name='Allowance',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('on', models.DateField(help_text="The agent's own day.")),
                    ('extra', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)])),
                    ('reason', models.CharField(max_length=300)),
                    ('at', models.DateTimeField()),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='teams.membership')),
                    ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='allowances', to='teams.membership')),
                ],
                options={
                    'ordering': ['on', 'id'],
                    'indexes': [models.Index(fields=['membership', 'on'], name='allowances_by_day')],
                },
            ),
            migrations.CreateModel(
                name='ApiToken',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(blank=True, max_length=80)),
                    ('digest', models.CharField(help_text='SHA-256 of the token, in hex.', max_length=64, unique=True)),
                    ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read', 'Read'), ('leads', 'Write leads'), ('handoffs', 'Start and change handoffs')], max_length=20), default=list, size=None)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('expires_at', models.DateTimeField(blank=True, null=True)),
                    ('revoked_at', models.DateTimeField(blank=True, null=True)),
                    ('last_used_at', models.DateTimeField(blank=True, null=True)),
                    ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_tokens', to='teams.membership')),
                ],
            ),
            migrations.CreateModel(
                name='AuditEntry',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('model', models.CharField(help_text='As app.model, in lower case.', max_length=60)),
                    ('row', models.BigIntegerField(help_text="The row's primary key.")),
                    ('operation', models.CharField(help_text='insert, update or delete.', max_length=6)),
                    ('changed', models.JSONField(default=dict)),
                    ('at', models.DateTimeField()),
                    ('context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='entries', to='pghistory.context')),
                ],
                options={
                    'verbose_name_plural': 'audit entries',
                    'ordering': ['-id'],
                    'indexes': [models.Index(fields=['model', 'row', '-id'], name='audit_of_a_row')],
                },
            ),
            migrations.CreateModel(
                name='IdempotencyKey',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=200)),
                    ('fingerprint', models.CharField(help_text='SHA-256 of address and body, in hex.', max_length=64)),
                    ('status', models.PositiveSmallIntegerField()),
                    ('body', models.TextField(blank=True)),
                    ('created_at', models.DateTimeField()),
                    ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='teams.membership')),
                ],
                options={
                    'indexes': [models.Index(fields=['created_at'], name='answers_oldest_first')],
                    'constraints': [models.UniqueConstraint(fields=('membership', 'key'), name='one_answer_per_key')],
                },
            ),
            migrations.CreateModel(
                name='MailboxConnection',
                fields=[
                    ('is_enabled', models.BooleanField(default=True)),
                    ('flagged_reason', models.CharField(blank=True, help_text='Why the other side refused us for good; empty while it works.', max_length=200)),
                    ('flagged_at', models.DateTimeField(blank=True, null=True)),
                    ('worked_at', models.DateTimeField(blank=True, help_text='When the other side last took something.', null=True)),
                    ('tried_at', models.DateTimeField(blank=True, help_text='When a person last tried it out.', null=True)),
                    ('tried_answer', models.CharField(blank=True, db_default='', help_text='What came of that.', max_length=300)),
                    ('team', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='mailbox', serialize=False, to='teams.team')),
                    ('address', models.EmailField(blank=True, help_text='Where people answer to.', max_length=254)),
                    ('host', models.CharField(blank=True, help_text='Of the mailbox (IMAP); empty where none is read.', max_length=253)),
                    ('port', models.PositiveIntegerField(default=993)),
                    ('security', models.CharField(choices=[('tls', 'TLS from the start (usually port 993)'), ('starttls', 'STARTTLS (usually port 143)'), ('none', 'None (only to this machine)')], default='tls', max_length=8)),
                    ('username', models.CharField(blank=True, max_length=254)),
                    ('password', teams.secret_text.SecretTextField(blank=True, default='')),
                    ('folder', models.CharField(blank=True, default='INBOX', max_length=100)),
                    ('inbound_key', teams.secret_text.SecretTextField(blank=True, default='', help_text='The secret part of the address to post mails to.')),
                    ('key_mark', models.CharField(help_text='Keyed digest of it, to find it by.', max_length=64, null=True, unique=True)),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='MailConnection',
                fields=[
                    ('is_enabled', models.BooleanField(default=True)),
                    ('flagged_reason', models.CharField(blank=True, help_text='Why the other side refused us for good; empty while it works.', max_length=200)),
                    ('flagged_at', models.DateTimeField(blank=True, null=True)),
                    ('worked_at', models.DateTimeField(blank=True, help_text='When the other side last took something.', null=True)),
                    ('tried_at', models.DateTimeField(blank=True, help_text='When a person last tried it out.', null=True)),
                    ('tried_answer', models.CharField(blank=True, db_default='', help_text='What came of that.', max_length=300)),
                    ('team', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='smtp', serialize=False, to='teams.team')),
                    ('host', models.CharField(blank=True, max_length=253)),
                    ('port', models.PositiveIntegerField(default=587)),
                    ('security', models.CharField(choices=[('starttls', 'STARTTLS (usually port 587)'), ('tls', 'TLS from the start (usually port 465)'), ('none', 'None (only to this machine)')], default='starttls', max_length=8)),
                    ('username', models.CharField(blank=True, max_length=254)),
                    ('password', teams.secret_text.SecretTextField(blank=True, default='')),
                    ('from_address', models.EmailField(blank=True, help_text="Sender of the team's mails, and organizer of its invites.", max_length=254)),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='Policy',
                fields=[
                    ('known_points', models.PositiveSmallIntegerField(db_default=60, default=60, help_text='For an agent the client knows already.', validators=[django.core.validators.MaxValueValidator(100)])),
                    ('area_points', models.PositiveSmallIntegerField(db_default=40, default=40, help_text="For working in one of the client's areas.", validators=[django.core.validators.MaxValueValidator(100)])),
                    ('language_points', models.PositiveSmallIntegerField(db_default=30, default=30, help_text="For speaking the client's language.", validators=[django.core.validators.MaxValueValidator(100)])),
                    ('price_points', models.PositiveSmallIntegerField(db_default=20, default=20, help_text="For a price inside the agent's band; half of it for agents without a band.", validators=[django.core.validators.MaxValueValidator(100)])),
                    ('fairness_points', models.PositiveSmallIntegerField(db_default=10, default=10, help_text='For each handoff behind the fair share; taken off for each one ahead of it.', validators=[django.core.validators.MaxValueValidator(100)])),
                    ('fairness_days', models.PositiveSmallIntegerField(db_default=28, default=28, help_text='Shares are counted over so many days back.', validators=[django.core.validators.MinValueValidator(7), django.core.validators.MaxValueValidator(120)])),
                    ('day_capacity', models.PositiveSmallIntegerField(blank=True, help_text='Most leads a day for each agent, unless the profile says otherwise; empty: no limit.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(48)])),
                    ('week_capacity', models.PositiveSmallIntegerField(blank=True, help_text='The same for a week from Monday; empty: no limit.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(200)])),
                    ('bench_overdue', models.BooleanField(db_default=False, default=False, help_text='Whether an agent with an overdue outcome is handed nothing that has to be taken now.')),
                    ('ring_way', models.CharField(choices=[('one_by_one', 'One by one, then all'), ('all', 'All at once')], db_default='one_by_one', default='one_by_one', max_length=10)),
                    ('ring_seconds', models.PositiveSmallIntegerField(db_default=20, default=20, help_text='So long one agent is rung before the next.', validators=[django.core.validators.MinValueValidator(10), django.core.validators.MaxValueValidator(120)])),
                    ('ring_all_seconds', models.PositiveSmallIntegerField(db_default=30, default=30, help_text='So long all are rung at once.', validators=[django.core.validators.MinValueValidator(10), django.core.validators.MaxValueValidator(180)])),
                    ('missed_rings', models.PositiveSmallIntegerField(db_default=3, default=3, help_text='After so many missed rings in a row an agent is off call.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)])),
                    ('team', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='policy', serialize=False, to='teams.team')),
                    ('appointment_minutes', models.PositiveSmallIntegerField(default=45, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(480)])),
                    ('buffer_minutes', models.PositiveSmallIntegerField(default=15, help_text='Kept free before and after an appointment.', validators=[django.core.validators.MaxValueValidator(240)])),
                    ('slot_step_minutes', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(240)])),
                    ('notice_minutes', models.PositiveSmallIntegerField(default=15, help_text='The soonest bookable slot, from now.', validators=[django.core.validators.MaxValueValidator(2880)])),
                    ('outcome_hours', models.PositiveSmallIntegerField(default=24, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(168)])),
                    ('outcome_reminders', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(168)]), blank=True, default=teams.models.team.default_outcome_reminders, help_text="Hours after the meeting's end at which its outcome is asked for again.", size=6)),
                    ('outcome_reminder_hours', models.PositiveSmallIntegerField(default=4, help_text='Of releases before outcome_reminders; what was opened under it goes by it.')),
                    ('correction_days', models.PositiveSmallIntegerField(db_default=7, default=7, help_text='So long an agent may correct what they reported; a team lead may at any time.', validators=[django.core.validators.MaxValueValidator(90)])),
                    ('hold_minutes', models.PositiveSmallIntegerField(db_default=5, default=5, help_text='A chosen time is kept this long while the client is asked.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(30)])),
                    ('recording_isa_minutes', models.PositiveSmallIntegerField(db_default=15, default=15, help_text='Whoever promised a recording is asked for its link after this.', validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(240)])),
                    ('recording_lead_minutes', models.PositiveSmallIntegerField(db_default=120, default=120, help_text='And the team lead after this.', validators=[django.core.validators.MinValueValidator(10), django.core.validators.MaxValueValidator(1440)])),
                    ('reminder_early_hours', models.PositiveSmallIntegerField(db_default=24, default=24, help_text='The client is reminded this long before the appointment; 0: not.', validators=[django.core.validators.MaxValueValidator(168)])),
                    ('reminder_late_minutes', models.PositiveSmallIntegerField(db_default=120, default=120, help_text='And once more this long before; 0: not.', validators=[django.core.validators.MaxValueValidator(720)])),
                    ('unconfirmed_minutes', models.PositiveSmallIntegerField(db_default=180, default=180, help_text='Unconfirmed this long before, it becomes a call to make; 0: not.', validators=[django.core.validators.MaxValueValidator(2880)])),
                    ('coaching_flags', models.PositiveSmallIntegerField(db_default=3, default=3, help_text='So many of the latest leads contradicting one letter open a coaching card.', validators=[django.core.validators.MinValueValidator(2), django.core.validators.MaxValueValidator(20)])),
                    ('coaching_window', models.PositiveSmallIntegerField(db_default=10, default=10, help_text='How many of the latest leads are looked at; half of them in a row without it close the card.', validators=[django.core.validators.MinValueValidator(3), django.core.validators.MaxValueValidator(50)])),
                    ('unread_minutes', models.PositiveSmallIntegerField(db_default=30, default=30, help_text='An agent who has not read the brief is reminded this long before; 0: not.', validators=[django.core.validators.MaxValueValidator(720)])),
                    ('second_factor', models.CharField(choices=[('nobody', 'Nobody has to'), ('leads', 'Team leads'), ('everyone', 'Everyone')], db_default='nobody', default='nobody', max_length=8)),
                    ('licence_rules', models.BooleanField(db_default=False, default=False, help_text='Whether ISAs without a licence are held to the table of states.')),
                    ('consent_rules', models.BooleanField(db_default=True, default=True, help_text='Whether recordings take a consent where the table of states asks for it.')),
                    ('promise_kinds_off', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), blank=True, db_default=[], default=list, help_text='Kinds of over-promises that are not looked for.', size=None)),
                    ('promise_words', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, db_default=[], default=list, help_text="The team's own words that must not be said.", size=None)),
                    ('trigger_tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=teams.models.team.default_trigger_tags, size=None)),
                ],
                options={
                    'verbose_name_plural': 'policies',
                },
            ),
            migrations.CreateModel(
                name='SlackConnection',
                fields=[
                    ('is_enabled', models.BooleanField(default=True)),
                    ('flagged_reason', models.CharField(blank=True, help_text='Why the other side refused us for good; empty while it works.', max_length=200)),
                    ('flagged_at', models.DateTimeField(blank=True, null=True)),
                    ('worked_at', models.DateTimeField(blank=True, help_text='When the other side last took something.', null=True)),
                    ('tried_at', models.DateTimeField(blank=True, help_text='When a person last tried it out.', null=True)),
                    ('tried_answer', models.CharField(blank=True, db_default='', help_text='What came of that.', max_length=300)),
                    ('team', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='slack', serialize=False, to='teams.team')),
                    ('token', teams.secret_text.SecretTextField(blank=True, default='', help_text='Bot token, xoxb-…')),
                    ('channel', models.CharField(blank=True, help_text='Channel id (C…) or #name, with a token.', max_length=80)),
                    ('hot_channel', models.CharField(blank=True, db_default='', help_text='For hot handoffs; else the channel.', max_length=80)),
                    ('stuck_channel', models.CharField(blank=True, db_default='', help_text='For what is stuck; else nowhere.', max_length=80)),
                    ('webhook_url', teams.secret_text.SecretTextField(blank=True, default='', help_text='https://hooks.slack.com/services/…')),
                    ('signing_secret', teams.secret_text.SecretTextField(blank=True, db_default='', default='', help_text="Slack signs with it what people press; of the app's own page.")),
                    ('heard_at', models.DateTimeField(blank=True, help_text='When somebody last pressed a button there.', null=True)),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='TeamsConnection',
                fields=[
                    ('is_enabled', models.BooleanField(default=True)),
                    ('flagged_reason', models.CharField(blank=True, help_text='Why the other side refused us for good; empty while it works.', max_length=200)),
                    ('flagged_at', models.DateTimeField(blank=True, null=True)),
                    ('worked_at', models.DateTimeField(blank=True, help_text='When the other side last took something.', null=True)),
                    ('tried_at', models.DateTimeField(blank=True, help_text='When a person last tried it out.', null=True)),
                    ('tried_answer', models.CharField(blank=True, db_default='', help_text='What came of that.', max_length=300)),
                    ('team', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='msteams', serialize=False, to='teams.team')),
                    ('webhook_url', teams.secret_text.SecretTextField(blank=True, default='', help_text='https://….logic.azure.com/workflows/…')),
                    ('channel', models.CharField(blank=True, help_text='What the team calls it; Teams does not tell.', max_length=80)),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='TextsConnection',
                fields=[
                    ('is_enabled', models.BooleanField(default=True)),
                    ('flagged_reason', models.CharField(blank=True, help_text='Why the other side refused us for good; empty while it works.', max_length=200)),
                    ('flagged_at', models.DateTimeField(blank=True, null=True)),
                    ('worked_at', models.DateTimeField(blank=True, help_text='When the other side last took something.', null=True)),
                    ('tried_at', models.DateTimeField(blank=True, help_text='When a person last tried it out.', null=True)),
                    ('tried_answer', models.CharField(blank=True, db_default='', help_text='What came of that.', max_length=300)),
                    ('team', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='texts', serialize=False, to='teams.team')),
                    ('provider', models.CharField(default='twilio', help_text='Of notifications.channels.text_providers.', max_length=20)),
                    ('account', models.CharField(blank=True, help_text="Twilio's account SID, AC…", max_length=40)),
                    ('token', teams.secret_text.SecretTextField(blank=True, default='', help_text="Twilio's auth token; it signs what comes in, too.")),
                    ('sender', models.CharField(blank=True, help_text='A number (E.164), or a messaging service (MG…).', max_length=40)),
                    ('inbound_key', models.CharField(default=teams.models.connections.new_inbound_key, max_length=40, unique=True)),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='Invitation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('email', models.EmailField(help_text='In lower case.', max_length=254)),
                    ('name', models.CharField(blank=True, help_text='As the team lead writes it; the person may change.', max_length=120)),
                    ('role', models.CharField(choices=[('isa', 'ISA'), ('agent', 'Closing agent'), ('lead', 'Team lead')], max_length=5)),
                    ('digest', models.CharField(help_text="SHA-256 of the link's token, in hex.", max_length=64, unique=True)),
                    ('revision', models.PositiveIntegerField(default=1, help_text='How many times it has been mailed.')),
                    ('created_at', models.DateTimeField()),
                    ('mailed_at', models.DateTimeField(help_text='When its newest mail was owed.')),
                    ('expires_at', models.DateTimeField()),
                    ('delivered_at', models.DateTimeField(blank=True, help_text='When a mail server took the newest mail.', null=True)),
                    ('trouble', models.CharField(blank=True, help_text='Why the newest mail could not be delivered.', max_length=200)),
                    ('accepted_at', models.DateTimeField(blank=True, null=True)),
                    ('revoked_at', models.DateTimeField(blank=True, null=True)),
                    ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.membership')),
                    ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.membership')),
                    ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='teams.team')),
                ],
                options={
                    'ordering': ['-created_at', '-id'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('accepted_at', None), ('revoked_at', None)), fields=('team', 'email'), name='one_pending_invitation_per_address')],
                },
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='team',
                trigger=pgtrigger.compiler.Trigger(name='audit', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), 'teams.team', 'id', '{}'::text[], '{}'::text[]); RETURN NULL;", hash='4b0d55221f59d40c6b6d4c5be2c5bb37185648ee', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audit_6b9f4', table='teams_team', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='user',
                trigger=pgtrigger.compiler.Trigger(name='audit', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), 'teams.user', 'id', '{password}'::text[], '{last_login}'::text[]); RETURN NULL;", hash='d7da1df664e2c7b248d0e525ad2058dde6a0a626', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audit_234b2', table='teams_user', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='presence',
                trigger=pgtrigger.compiler.Trigger(name='audit', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), 'teams.presence', 'membership_id', '{}'::text[], '{missed}'::text[]); RETURN NULL;", hash='a84c73514e8296e305c521a405144d83507ba311', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audit_01bed', table='teams_presence', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='apitoken',
                trigger=pgtrigger.compiler.Trigger(name='audit', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), 'teams.apitoken', 'id', '{digest}'::text[], '{last_used_at}'::text[]); RETURN NULL;", hash='6724f8996ea00ddc79eaac3ba1a4efdd1109b18d', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audit_03162', table='teams_apitoken', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='auditentry',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f8a1e0075788b95e45e865b96eb8af8a099ef190', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9883a', table='teams_auditentry', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='mailboxconnection',
                trigger=pgtrigger.compiler.Trigger(name='audit', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), 'teams.mailboxconnection', 'team_id', '{inbound_key, key_mark, password}'::text[], '{tried_answer, tried_at, worked_at}'::text[]); RETURN NULL;", hash='0e67dfd7b61d3e6dbd9f7d8495b3dac658218a7c', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audit_7d3c0', table='teams_mailboxconnection', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='mailconnection',
                trigger=pgtrigger.compiler.Trigger(name='audit', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), 'teams.mailconnection', 'team_id', '{password}'::text[], '{tried_answer, tried_at, worked_at}'::text[]); RETURN NULL;", hash='6678c3bed30831b1dbe9a36f1d4365f5f3a0b9ae', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audit_ad45c', table='teams_mailconnection', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='policy',
                trigger=pgtrigger.compiler.Trigger(name='audit', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), 'teams.policy', 'team_id', '{}'::text[], '{}'::text[]); RETURN NULL;", hash='42212ab143c0fc88ecf4e715e3bc8927f44a5ca6', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audit_e9055', table='teams_policy', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='slackconnection',
                trigger=pgtrigger.compiler.Trigger(name='audit', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), 'teams.slackconnection', 'team_id', '{signing_secret, token, webhook_url}'::text[], '{heard_at, tried_answer, tried_at, worked_at}'::text[]); RETURN NULL;", hash='c54c7b031515d284a26b605307bd54df2824c04f', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audit_37c91', table='teams_slackconnection', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='teamsconnection',
                trigger=pgtrigger.compiler.Trigger(name='audit', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), 'teams.teamsconnection', 'team_id', '{webhook_url}'::text[], '{tried_answer, tried_at, worked_at}'::text[]); RETURN NULL;", hash='5e8606dfce87566e7acdec2667c2a29fd16bb421', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audit_c7b32', table='teams_teamsconnection', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='textsconnection',
                trigger=pgtrigger.compiler.Trigger(name='audit', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), 'teams.textsconnection', 'team_id', '{token}'::text[], '{tried_answer, tried_at, worked_at}'::text[]); RETURN NULL;", hash='4a154c54ae24821cbc1f159b887cf9729082a4b4', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audit_0137c', table='teams_textsconnection', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='membership',
                trigger=pgtrigger.compiler.Trigger(name='audit', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), 'teams.membership', 'id', '{}'::text[], '{}'::text[]); RETURN NULL;", hash='19abedbbff4a9a8f9efdc88883ede5ddb0fde891', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audit_4d672', table='teams_membership', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='invitation',
                trigger=pgtrigger.compiler.Trigger(name='audit', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), 'teams.invitation', 'id', '{digest}'::text[], '{delivered_at, mailed_at, revision, trouble}'::text[]); RETURN NULL;", hash='3c6304b85706edd18e83f93ddb9edce74aedad19', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audit_89ae0', table='teams_invitation', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='area',
                trigger=pgtrigger.compiler.Trigger(name='audit', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), 'teams.area', 'id', '{}'::text[], '{}'::text[]); RETURN NULL;", hash='25a8a51a5bd0805cceeae80771f078ad873d5488', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audit_a60d2', table='teams_area', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='staterule',
                trigger=pgtrigger.compiler.Trigger(name='audit', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), 'teams.staterule', 'id', '{}'::text[], '{}'::text[]); RETURN NULL;", hash='0db31b7bc07e1930a4cca5b214fddc2efbb58ebd', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audit_15834', table='teams_staterule', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='timeoff',
                trigger=pgtrigger.compiler.Trigger(name='audit', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), 'teams.timeoff', 'id', '{}'::text[], '{}'::text[]); RETURN NULL;", hash='f96c9613efd0195d84a0349014a0acd46a728ebe', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audit_c1280', table='teams_timeoff', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='workinghours',
                trigger=pgtrigger.compiler.Trigger(name='audit', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), 'teams.workinghours', 'id', '{}'::text[], '{}'::text[]); RETURN NULL;", hash='4ce8fc498a5d945f6a4a0bbbd3f5c49d380fa854', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audit_f62aa', table='teams_workinghours', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='agentprofile',
                trigger=pgtrigger.compiler.Trigger(name='audit', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), 'teams.agentprofile', 'membership_id', '{}'::text[], '{}'::text[]); RETURN NULL;", hash='df39068c20f908605b61634149c5a5c1de82e065', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audit_433ee', table='teams_agentprofile', when='AFTER')),
            ),
        ]),
    ]
