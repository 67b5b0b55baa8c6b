import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
import phonenumber_field.modelfields
import teams.origin
import teams.zones
from django.db import migrations, models

from teams.migrating import Together


class Migration(migrations.Migration):
    """Whom: leads and all that is known of them."""

    initial = True

    #: Where these were applied, the tables are there.
    replaces = [
        ('leads', '0001_initial'),
        ('leads', '0002_initial'),
        ('leads', '0003_indexes_for_digits_and_calls'),
        ('leads', '0004_calls'),
        ('leads', '0005_audit'),
        ('leads', '0006_imports'),
        ('leads', '0007_decision_makers'),
        ('leads', '0008_merged_leads_and_saved_homes'),
        ('leads', '0009_name_imports'),
        ('leads', '0010_tasks_with_words'),
        ('leads', '0011_drips'),
        ('leads', '0012_consent_to_recordings'),
        ('leads', '0013_taking_calls_back'),
    ]

    dependencies = [
        ('notifications', '0001_tables'),
        ('teams', '0001_tables'),
    ]

    operations = [
        Together([
            migrations.CreateModel(
                name='Lead',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('first_name', models.CharField(max_length=80)),
                    ('last_name', models.CharField(blank=True, max_length=80)),
                    ('sort_name', models.CharField(help_text='“last first”, unaccented and lower-case, for order and search.', max_length=170)),
                    ('stage', models.CharField(choices=[('new', 'New'), ('contacting', 'Contacting'), ('nurture', 'Nurture'), ('qualified', 'Qualified'), ('appointment_set', 'Appointment set'), ('handed_off', 'Handed off'), ('met', 'Met'), ('signed', 'Signed'), ('under_contract', 'Under contract'), ('closed', 'Closed'), ('no_show', 'No-show'), ('lost', 'Lost')], default='new', max_length=16)),
                    ('stage_at', models.DateTimeField(help_text='When the stage last changed.')),
                    ('state', models.CharField(blank=True, help_text='Of the property, as USPS writes it.', max_length=2)),
                    ('zone', models.CharField(default='America/Chicago', max_length=64, validators=[teams.zones.validate_zone])),
                    ('language', models.CharField(default='en', help_text='ISO 639-1.', max_length=2)),
                    ('source', models.CharField(blank=True, max_length=60)),
                    ('next_call_at', models.DateTimeField(blank=True, null=True)),
                    ('unanswered_calls', models.PositiveSmallIntegerField(db_default=0, default=0, help_text='Calls in a row, up to now, that nobody answered.')),
                    ('created_at', models.DateTimeField()),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('isa', models.ForeignKey(blank=True, help_text='The ISA who works this lead; unlike the owner this does not change at a handoff.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='worked_leads', to='teams.membership')),
                    ('merged_into', models.ForeignKey(blank=True, help_text='The lead that this one turned out to be; never one that is merged itself.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='leads.lead')),
                    ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='owned_leads', to='teams.membership')),
                    ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='leads', to='teams.team')),
                ],
                options={
                    'indexes': [models.Index(fields=['team', '-id'], name='leads_newest_first'), models.Index(fields=['team', 'stage', '-id'], name='leads_by_stage'), models.Index(fields=['isa', 'stage', '-id'], name='leads_of_isa'), models.Index(fields=['owner', '-id'], name='leads_of_owner'), models.Index(condition=models.Q(('next_call_at', None), _negated=True), fields=['isa', 'next_call_at'], name='calls_planned'), models.Index(condition=models.Q(('next_call_at', None), _negated=True), fields=['team', 'next_call_at'], name='calls_planned_in_team'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('sort_name'), name='gin_trgm_ops'), name='leads_by_name')],
                },
            ),
            migrations.CreateModel(
                name='Call',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('result', models.CharField(choices=[('answered', 'Answered'), ('no_answer', 'No answer'), ('voicemail', 'Left a voicemail'), ('wrong_number', 'Wrong number')], max_length=12)),
                    ('phone', models.CharField(blank=True, help_text='The number that was called, E.164.', max_length=16)),
                    ('note', models.CharField(blank=True, max_length=500)),
                    ('next_call_at', models.DateTimeField(blank=True, help_text='When the next call was planned for.', null=True)),
                    ('at', models.DateTimeField()),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.membership')),
                    ('lead', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='leads.lead')),
                ],
                options={
                    'ordering': ['-id'],
                    'indexes': [models.Index(fields=['lead', '-id'], name='calls_newest_first'), models.Index(fields=['by', 'at'], name='calls_of_a_day')],
                },
            ),
            migrations.CreateModel(
                name='DripSequence',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80)),
                    ('is_on', models.BooleanField(default=False)),
                    ('on_stage', models.CharField(blank=True, choices=[('new', 'New'), ('contacting', 'Contacting'), ('nurture', 'Nurture'), ('qualified', 'Qualified'), ('appointment_set', 'Appointment set'), ('handed_off', 'Handed off'), ('met', 'Met'), ('signed', 'Signed'), ('under_contract', 'Under contract'), ('closed', 'Closed'), ('no_show', 'No-show'), ('lost', 'Lost')], help_text='Whoever comes to this stage is enrolled; empty: nobody.', max_length=16)),
                    ('created_at', models.DateTimeField()),
                    ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='teams.team')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(models.F('team'), django.db.models.functions.text.Lower('name'), name='one_drip_per_name'), models.UniqueConstraint(condition=models.Q(('on_stage', ''), _negated=True), fields=('team', 'on_stage'), name='one_drip_starts_on_a_stage')],
                },
            ),
            migrations.CreateModel(
                name='DripStep',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('after_days', models.PositiveSmallIntegerField(help_text="Days after the enrolment, on the client's calendar.", validators=[django.core.validators.MaxValueValidator(365)])),
                    ('hour', models.PositiveSmallIntegerField(help_text="Of the client's day, 24-hour clock.", validators=[django.core.validators.MinValueValidator(8), django.core.validators.MaxValueValidator(20)])),
                    ('subject', models.CharField(max_length=150)),
                    ('text', models.TextField(max_length=5000)),
                    ('removed_at', models.DateTimeField(blank=True, help_text='It stays for the figures.', null=True)),
                    ('sequence', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='leads.dripsequence')),
                ],
                options={
                    'ordering': ['after_days', 'pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('sequence', 'after_days'), name='one_drip_mail_a_day')],
                },
            ),
            migrations.CreateModel(
                name='Enrolment',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('started_at', models.DateTimeField()),
                    ('state', models.CharField(choices=[('running', 'Running'), ('finished', 'All sent'), ('stopped', 'Stopped')], default='running', max_length=8)),
                    ('next_at', models.DateTimeField(blank=True, null=True)),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('why', models.CharField(blank=True, choices=[('replied', 'They answered'), ('handed_off', 'Handed off'), ('opted_out', 'They want no more'), ('bounced', 'Mail to them came back'), ('lost', 'Lost'), ('merged', 'Merged with another lead'), ('by_hand', 'Stopped by hand'), ('switched_off', 'The drip was switched off'), ('unsendable', 'It could not be sent')], max_length=12)),
                    ('remark', models.CharField(blank=True, help_text='What became of mails that were on their way.', max_length=300)),
                    ('ended_about', models.CharField(blank=True, help_text='What stopped it, as room/id: “handoff/12”; empty where nothing is named.', max_length=60)),
                    ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.membership')),
                    ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.membership')),
                    ('last_step', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='leads.dripstep')),
                    ('next_step', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='leads.dripstep')),
                    ('sequence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='leads.dripsequence')),
                    ('lead', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='leads.lead')),
                ],
                options={
                    'indexes': [models.Index(fields=['lead', '-id'], name='enrolments_of_lead'), models.Index(fields=['sequence', '-id'], name='enrolments_of_drip'), models.Index(condition=models.Q(('ended_about', ''), _negated=True), fields=['ended_about'], name='enrolments_ended_by')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('lead', 'sequence'), name='one_running_drip')],
                },
            ),
            migrations.CreateModel(
                name='DripMail',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('owed_at', models.DateTimeField()),
                    ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.delivery')),
                    ('step', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='leads.dripstep')),
                    ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mails', to='leads.enrolment')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('enrolment', 'step'), name='each_drip_mail_once')],
                },
            ),
            migrations.CreateModel(
                name='ImportMapping',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('fingerprint', models.CharField(help_text='SHA-256 of the headers.', max_length=64)),
                    ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(blank=True, max_length=12), size=None)),
                    ('meant', models.JSONField(default=dict)),
                    ('saved_at', models.DateTimeField()),
                    ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='teams.team')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('team', 'fingerprint'), name='one_mapping_per_headers')],
                },
            ),
            migrations.CreateModel(
                name='Lpmama',
                fields=[
                    ('lead', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='lpmama', serialize=False, to='leads.lead')),
                    ('side', models.CharField(blank=True, choices=[('buy', 'Buy'), ('sell', 'Sell'), ('both', 'Sell and buy')], max_length=4)),
                    ('location_text', models.CharField(blank=True, max_length=300)),
                    ('price_min', models.PositiveIntegerField(blank=True, null=True)),
                    ('price_max', models.PositiveIntegerField(blank=True, help_text='The most a buyer would pay.', null=True)),
                    ('price_expected', models.PositiveIntegerField(blank=True, help_text='What a seller hopes for.', null=True)),
                    ('motivation', models.CharField(blank=True, max_length=1000)),
                    ('motivation_declined', models.BooleanField(default=False, help_text='Asked, would not say.')),
                    ('timeframe', models.CharField(blank=True, choices=[('now', 'Now'), ('1-3', '1-3 months'), ('3-6', '3-6 months'), ('6-12', '6-12 months'), ('12+', 'Over a year'), ('unknown', 'Would not say')], max_length=8)),
                    ('other_agent', models.CharField(blank=True, choices=[('none', 'No agent'), ('unsigned', 'Yes, not signed'), ('exclusive', 'Yes, signed (exclusive)')], max_length=9)),
                    ('other_agent_name', models.CharField(blank=True, max_length=120)),
                    ('mortgage', models.CharField(blank=True, choices=[('pre_approved', 'Pre-approved'), ('applied', 'Applied'), ('not_yet', 'Not yet'), ('cash', 'Cash'), ('n/a', 'Not applicable (seller)')], max_length=12)),
                    ('mortgage_lender', models.CharField(blank=True, max_length=120)),
                    ('mortgage_amount', models.PositiveIntegerField(blank=True, null=True)),
                    ('mortgage_on', models.DateField(blank=True, null=True)),
                    ('appointment_wish', models.CharField(blank=True, help_text='When they would like to meet.', max_length=200)),
                    ('bedrooms', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('needs', models.CharField(blank=True, max_length=1000)),
                    ('household', models.CharField(blank=True, help_text='Who else decides.', max_length=300)),
                    ('location_second', models.PositiveIntegerField(blank=True, null=True)),
                    ('price_second', models.PositiveIntegerField(blank=True, null=True)),
                    ('motivation_second', models.PositiveIntegerField(blank=True, null=True)),
                    ('agent_second', models.PositiveIntegerField(blank=True, null=True)),
                    ('mortgage_second', models.PositiveIntegerField(blank=True, null=True)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('areas', models.ManyToManyField(blank=True, related_name='+', to='teams.area')),
                ],
                options={
                    'verbose_name': 'LPMAMA',
                    'verbose_name_plural': 'LPMAMA',
                    'constraints': [models.CheckConstraint(condition=models.Q(('price_min', None), ('price_max', None), ('price_min__lte', models.F('price_max')), _connector='OR'), name='price_range_in_order')],
                },
            ),
            migrations.CreateModel(
                name='Verification',
                fields=[
                    ('lead', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='verification', serialize=False, to='leads.lead')),
                    ('phone', models.CharField(blank=True, help_text='The number that was confirmed, E.164.', max_length=16)),
                    ('phone_at', models.DateTimeField(blank=True, null=True)),
                    ('email', models.CharField(blank=True, help_text='The address that was confirmed.', max_length=254)),
                    ('email_at', models.DateTimeField(blank=True, null=True)),
                    ('has_no_email', models.BooleanField(default=False)),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.membership')),
                ],
            ),
            migrations.CreateModel(
                name='DecisionMaker',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80)),
                    ('email', models.EmailField(blank=True, max_length=254)),
                    ('phone', models.CharField(blank=True, help_text='E.164.', max_length=16)),
                    ('created_at', models.DateTimeField()),
                    ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.membership')),
                    ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decision_makers', to='leads.lead')),
                ],
                options={
                    'ordering': ['id'],
                    'constraints': [models.UniqueConstraint(models.F('lead'), django.db.models.functions.text.Lower('email'), condition=models.Q(('email', ''), _negated=True), name='one_decision_maker_per_address')],
                },
            ),
            migrations.CreateModel(
                name='Collaborator',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('reason', models.CharField(max_length=40)),
                    ('created_at', models.DateTimeField()),
                    ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='teams.membership')),
                    ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='collaborators', to='leads.lead')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('membership', 'lead'), name='one_collaboration')],
                },
            ),
            migrations.CreateModel(
                name='Activity',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(max_length=40)),
                    ('summary', models.CharField(max_length=500)),
                    ('at', models.DateTimeField()),
                    ('data', models.JSONField(blank=True, default=dict)),
                    ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.membership')),
                    ('lead', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='activities', to='leads.lead')),
                ],
                options={
                    'verbose_name_plural': 'activities',
                    'ordering': ['-id'],
                    'indexes': [models.Index(fields=['lead', '-id'], name='timeline_newest_first')],
                },
            ),
            migrations.CreateModel(
                name='LeadEmail',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('address', models.EmailField(db_index=True, max_length=254)),
                    ('is_primary', models.BooleanField(default=False)),
                    ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='emails', to='leads.lead')),
                ],
                options={
                    'ordering': ['-is_primary', 'id'],
                    'constraints': [models.UniqueConstraint(fields=('lead', 'address'), name='one_row_per_address'), models.UniqueConstraint(condition=models.Q(('is_primary', True)), fields=('lead',), name='one_primary_email')],
                },
            ),
            migrations.CreateModel(
                name='LeadImport',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('file_name', models.CharField(max_length=200)),
                    ('size', models.PositiveIntegerField(help_text='Bytes.')),
                    ('format', models.CharField(help_text='csv or xlsx', max_length=4)),
                    ('encoding', models.CharField(blank=True, max_length=20)),
                    ('delimiter', models.CharField(blank=True, max_length=1)),
                    ('sheet', models.CharField(blank=True, max_length=120)),
                    ('sheets', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), default=list, size=None)),
                    ('broken_characters', models.PositiveIntegerField(default=0)),
                    ('headers', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                    ('sample', models.JSONField(default=list)),
                    ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(blank=True, max_length=12), default=list, size=None)),
                    ('found', models.JSONField(default=dict)),
                    ('meant', models.JSONField(default=dict)),
                    ('on_duplicate', models.CharField(choices=[('skip', 'Leave the lead as it is'), ('fill', 'Add what the lead lacks')], default='skip', max_length=4)),
                    ('on_unknown', models.CharField(choices=[('leave', 'Import it without that person'), ('fail', 'Do not import the row')], default='leave', max_length=5)),
                    ('tag', models.CharField(blank=True, max_length=60)),
                    ('status', models.CharField(choices=[('draft', 'Columns to check'), ('reading', 'Reading the file'), ('checking', 'Trying each row'), ('checked', 'Tried, not imported'), ('running', 'Importing'), ('done', 'Imported'), ('undoing', 'Undoing'), ('undone', 'Undone'), ('unreadable', 'Cannot be read'), ('discarded', 'Discarded')], default='draft', max_length=10)),
                    ('cursor', models.PositiveIntegerField(default=0)),
                    ('rows_total', models.PositiveIntegerField(default=0)),
                    ('counts', models.JSONField(default=dict)),
                    ('problem', models.CharField(blank=True, max_length=300)),
                    ('created_at', models.DateTimeField()),
                    ('finished_at', models.DateTimeField(blank=True, null=True)),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.membership')),
                    ('isa', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.membership')),
                    ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
                ],
                options={
                    'verbose_name': 'import',
                    'indexes': [models.Index(fields=['team', '-id'], name='imports_newest_first')],
                },
            ),
            migrations.CreateModel(
                name='ImportStep',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=200, unique=True)),
                    ('about', models.CharField(help_text='What this is for, as room/id: “handoff/12”.', max_length=60)),
                    ('due_at', models.DateTimeField()),
                    ('deadline_at', models.DateTimeField(blank=True, help_text='No attempt starts after this.', null=True)),
                    ('state', models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Done'), ('failed', 'Failed'), ('dropped', 'No longer needed')], default='waiting', max_length=7)),
                    ('lease_until', models.DateTimeField(blank=True, null=True)),
                    ('fence', models.PositiveIntegerField(default=0)),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                    ('crashes', models.PositiveSmallIntegerField(db_default=0, default=0, help_text='Attempts in a row that ended without an outcome: their process died.')),
                    ('answer', models.CharField(blank=True, help_text='What the other side said, or why it ended.', max_length=500)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('started_at', models.DateTimeField(blank=True, help_text='When the last attempt began.', null=True)),
                    ('done_at', models.DateTimeField(blank=True, help_text='When it ended, however it ended.', null=True)),
                    ('request_id', models.CharField(blank=True, db_default='', default=teams.origin.current_request_id, help_text='The request that this stems from: it stands on every line of the log about it.', max_length=64)),
                    ('number', models.PositiveIntegerField(help_text='Counts the steps of one import: each owes the next but once.')),
                    ('status', models.CharField(choices=[('draft', 'Columns to check'), ('reading', 'Reading the file'), ('checking', 'Trying each row'), ('checked', 'Tried, not imported'), ('running', 'Importing'), ('done', 'Imported'), ('undoing', 'Undoing'), ('undone', 'Undone'), ('unreadable', 'Cannot be read'), ('discarded', 'Discarded')], help_text='What there was to do when it was owed.', max_length=10)),
                    ('responsible', models.ForeignKey(blank=True, help_text='Who is told when this cannot be done.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.membership')),
                    ('of', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='owed_steps', to='leads.leadimport')),
                ],
                options={
                    'verbose_name': 'import of leads',
                    'verbose_name_plural': 'imports of leads',
                    'abstract': False,
                    'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='importstep_waiting'), models.Index(fields=['about'], name='importstep_about'), models.Index(condition=models.Q(('state', 'failed')), fields=['done_at'], name='importstep_failed')],
                },
            ),
            migrations.CreateModel(
                name='ImportRow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField()),
                    ('cells', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(blank=True), size=None)),
                    ('outcome', models.CharField(choices=[('waiting', 'Not looked at'), ('create', 'New lead'), ('fill', 'Adds to a lead'), ('skip', 'Duplicate, left out'), ('fail', 'Cannot be imported'), ('removed', 'Removed again'), ('kept', 'Kept')], default='waiting', max_length=7)),
                    ('remark', models.CharField(blank=True, help_text='Why it failed, or what was left out.', max_length=500)),
                    ('lead', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='import_rows', to='leads.lead')),
                    ('of', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='leads.leadimport')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('of', 'number'), name='one_row_per_line')],
                },
            ),
            migrations.CreateModel(
                name='ImportPiece',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField()),
                    ('data', models.BinaryField()),
                    ('of', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='leads.leadimport')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('of', 'number'), name='one_piece_per_number')],
                },
            ),
            migrations.CreateModel(
                name='ImportKey',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=254)),
                    ('row', models.PositiveIntegerField()),
                    ('of', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='keys', to='leads.leadimport')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('of', 'key'), name='one_first_row_per_key')],
                },
            ),
            migrations.CreateModel(
                name='LeadPhone',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', phonenumber_field.modelfields.PhoneNumberField(db_index=True, max_length=128, region=None)),
                    ('label', models.CharField(blank=True, max_length=20)),
                    ('is_primary', models.BooleanField(default=False)),
                    ('wrong_at', models.DateTimeField(blank=True, help_text='When somebody else answered at this number.', null=True)),
                    ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='phones', to='leads.lead')),
                ],
                options={
                    'ordering': ['-is_primary', 'id'],
                    'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('number', name='gin_trgm_ops'), name='phones_by_digits')],
                    'constraints': [models.UniqueConstraint(fields=('lead', 'number'), name='one_row_per_number'), models.UniqueConstraint(condition=models.Q(('is_primary', True)), fields=('lead',), name='one_primary_phone')],
                },
            ),
            migrations.CreateModel(
                name='LeadTag',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=60)),
                    ('created_at', models.DateTimeField()),
                    ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tags', to='leads.lead')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(models.F('lead'), django.db.models.functions.text.Lower('name'), name='one_tag_per_name')],
                },
            ),
            migrations.CreateModel(
                name='PersonNote',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('text', models.CharField(max_length=1000)),
                    ('created_at', models.DateTimeField()),
                    ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.membership')),
                    ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='person_notes', to='leads.lead')),
                ],
                options={
                    'ordering': ['-id'],
                },
            ),
            migrations.CreateModel(
                name='Recording',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('link', 'Link'), ('to_follow', 'This call, link to follow'), ('none', 'No recording')], max_length=9)),
                    ('url', models.URLField(blank=True, max_length=1000)),
                    ('reason', models.CharField(blank=True, choices=[('no_consent', 'Client did not consent'), ('recorder_failed', 'Recorder failed'), ('in_person', 'Spoke in person'), ('written', 'Texts or emails only')], max_length=20)),
                    ('created_at', models.DateTimeField()),
                    ('arrived_at', models.DateTimeField(blank=True, null=True)),
                    ('consent_at', models.DateTimeField(blank=True, help_text='When it was noted that everybody agreed to it.', null=True)),
                    ('consent_second', models.PositiveIntegerField(blank=True, help_text='Where in the call they said so.', null=True)),
                    ('consent_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.membership')),
                    ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recordings', to='leads.lead')),
                    ('said_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.membership')),
                ],
                options={
                    'ordering': ['-id'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('kind', 'link'), ('url', ''), _negated=True), name='a_link_has_a_url'), models.CheckConstraint(condition=models.Q(('kind', 'none'), ('reason', ''), _negated=True), name='no_recording_has_a_reason'), models.UniqueConstraint(condition=models.Q(('kind', 'to_follow')), fields=('lead',), name='one_recording_to_follow')],
                },
            ),
            migrations.CreateModel(
                name='SavedHome',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('address', models.CharField(max_length=200)),
                    ('url', models.URLField(blank=True, max_length=1000)),
                    ('price', models.PositiveIntegerField(blank=True, null=True)),
                    ('beds', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('status', models.CharField(choices=[('liked', 'Likes it'), ('to_see', 'Wants to see it'), ('seen', 'Has seen it'), ('offer', 'Made an offer'), ('out', 'Ruled out')], default='liked', max_length=6)),
                    ('note', models.CharField(blank=True, max_length=500)),
                    ('created_at', models.DateTimeField()),
                    ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.membership')),
                    ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_homes', to='leads.lead')),
                ],
                options={
                    'ordering': ['-id'],
                },
            ),
            migrations.CreateModel(
                name='StageChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('was', models.CharField(choices=[('new', 'New'), ('contacting', 'Contacting'), ('nurture', 'Nurture'), ('qualified', 'Qualified'), ('appointment_set', 'Appointment set'), ('handed_off', 'Handed off'), ('met', 'Met'), ('signed', 'Signed'), ('under_contract', 'Under contract'), ('closed', 'Closed'), ('no_show', 'No-show'), ('lost', 'Lost')], max_length=16)),
                    ('to', models.CharField(choices=[('new', 'New'), ('contacting', 'Contacting'), ('nurture', 'Nurture'), ('qualified', 'Qualified'), ('appointment_set', 'Appointment set'), ('handed_off', 'Handed off'), ('met', 'Met'), ('signed', 'Signed'), ('under_contract', 'Under contract'), ('closed', 'Closed'), ('no_show', 'No-show'), ('lost', 'Lost')], max_length=16)),
                    ('via', models.CharField(choices=[('page', 'Page'), ('api', 'API'), ('tag', 'Tag'), ('link', 'Mail link'), ('slack', 'Slack'), ('system', 'Baton'), ('admin', 'Admin')], max_length=6)),
                    ('at', models.DateTimeField()),
                    ('data', models.JSONField(blank=True, default=dict)),
                    ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.membership')),
                    ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stage_changes', to='leads.lead')),
                ],
                options={
                    'ordering': ['id'],
                },
            ),
            migrations.CreateModel(
                name='Task',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=200, unique=True)),
                    ('kind', models.CharField(max_length=40)),
                    ('title', models.CharField(max_length=200)),
                    ('detail', models.CharField(blank=True, max_length=500)),
                    ('link', models.CharField(blank=True, help_text='A path inside Baton.', max_length=200)),
                    ('script', models.CharField(blank=True, db_default='', help_text='What to say: the name of a script; empty for none.', max_length=40)),
                    ('is_urgent', models.BooleanField(default=False)),
                    ('due_at', models.DateTimeField()),
                    ('created_at', models.DateTimeField()),
                    ('done_at', models.DateTimeField(blank=True, null=True)),
                    ('assignee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='teams.membership')),
                    ('lead', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='leads.lead')),
                    ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['assignee', 'due_at'], name='tasks_open'), models.Index(condition=models.Q(('done_at', None)), fields=['team', 'due_at'], name='tasks_open_in_team')],
                },
            ),
            migrations.CreateModel(
                name='BeforeCall',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('unanswered_calls', models.PositiveSmallIntegerField()),
                    ('next_call_at', models.DateTimeField(blank=True, null=True)),
                    ('task_due_at', models.DateTimeField(blank=True, null=True)),
                    ('task_is_urgent', models.BooleanField(default=False)),
                    ('taken_back_at', models.DateTimeField(blank=True, null=True)),
                    ('taken_back_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.membership')),
                    ('call', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='before', to='leads.call')),
                    ('task', models.ForeignKey(blank=True, help_text='What asked for the call.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='leads.task')),
                ],
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='dripsequence',
                trigger=pgtrigger.compiler.Trigger(name='audit', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), 'leads.dripsequence', 'id', '{}'::text[], '{}'::text[]); RETURN NULL;", hash='cbeb04a8a5a5ef4c7bc8b2fbbce8fe80d000dc8e', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audit_68797', table='leads_dripsequence', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='dripstep',
                trigger=pgtrigger.compiler.Trigger(name='audit', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), 'leads.dripstep', 'id', '{}'::text[], '{}'::text[]); RETURN NULL;", hash='d3fefa670a580c4f5ec7c2ab23a9693dd46135da', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audit_31bfc', table='leads_dripstep', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='lead',
                trigger=pgtrigger.compiler.Trigger(name='audit', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), 'leads.lead', 'id', '{}'::text[], '{sort_name, stage_at, updated_at}'::text[]); RETURN NULL;", hash='2170b956b20d8a42ebeba3b2759abbe588dadd97', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audit_3ba98', table='leads_lead', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='enrolment',
                trigger=pgtrigger.compiler.Trigger(name='audit', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), 'leads.enrolment', 'id', '{}'::text[], '{last_step_id, next_at, next_step_id}'::text[]); RETURN NULL;", hash='6f92d0d86bca788596ad8c267d83c7311a69a3ef', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_audit_39afe', table='leads_enrolment', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='call',
                trigger=pgtrigger.compiler.Trigger(name='calls_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f978acd9fbd7d427ccd01d16ceeffeefacd4f0d6', operation='UPDATE OR DELETE', pgid='pgtrigger_calls_append_only_1fa16', table='leads_call', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='activity',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e0792a97fa6f6fea0373a18b48bbcf3747c20451', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f6857', table='leads_activity', when='BEFORE')),
            ),
        ]),
    ]
