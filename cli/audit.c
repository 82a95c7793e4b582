/*
 * gradaudit audit: each target in a child of its own, its result logged and printed.
 */
#include "audit_options.h"
#include "log.h"
#include "progress.h"
#include "target.h"
#include "teach.h"

#include "gradaudit/check.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const double seconds_per_call = 60.0;
static const double seconds_to_stop = 3.0; /* for a child to hand over what it has */
enum {
    SENTENCE = 1024
};

static volatile int stop; /* how often we were interrupted: 1 asks, 2 insists */

static void on_interrupt(int number)
{
    (void)number;
    stop = stop < 2 ? stop + 1 : 2;
}

static void catch_interrupts(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_interrupt}, before;
    (void)sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
            (void)sigaction(numbers[i], &action, NULL);
        }
    }
}

/* One invocation. */
typedef struct session {
    const cli_audit_options *asked;
    cli_log log;
    char *options, *arguments; /* as JSON */
    ga_report_summary summary;
    int listed;  /* an open() printed something and refused: what it printed is the answer */
    int trouble; /* CLI_TROUBLE, CLI_INTERNAL or CLI_CLEAN: what no result tells */
} session;

/* What open() printed before it refused: that may be all that it was asked for. JSON Lines stay
 * JSON Lines. */
static void show_printed(session *s, const cli_trial *trial)
{
    const cli_output_options *const output = &s->asked->output;
    const int is_json = strcmp(output->report->name, "jsonl") == 0;
    if (trial->refused_open) {
        s->listed |= trial->printed && !is_json;
        cli_print_lines(is_json ? stderr : stdout, trial->printed, output->style.ascii);
        cli_flush_output();
        cli_print_lines(stderr, trial->outcome.output, output->style.ascii);
    }
}

static void refuse(session *s, const char *file, const char *subject, const char *why)
{
    cli_error("cannot audit '%s%s%s': %s", file, subject ? ":" : "", subject ? subject : "", why);
    s->trouble = cli_worse(s->trouble, CLI_TROUBLE);
}

/* A child could not be run, or could not report. */
static void complain(session *s, const char *file, const char *subject, ga_status status)
{
    refuse(s, file, subject,
           status == GA_EIO     ? "no process can be started for it"
           : status == GA_EBUSY ? "this process has several threads"
                                : ga_status_text(status));
    if (status == GA_EBUSY) {
        s->trouble = CLI_INTERNAL;
    }
}

static ga_store_meta describe_run(const session *s, const char *file, const char *subject,
                                  const char *folder)
{
    return (ga_store_meta){.target = file,
                           .subject = subject,
                           .arguments = s->arguments,
                           .options = s->options,
                           .source_dir = folder};
}

/* The folder a file is in; malloc'ed, NULL for the current one. */
static char *folder_of(const char *file)
{
    const char *const slash = strrchr(file, '/');
    return slash ? strndup(file, slash == file ? 1 : (size_t)(slash - file)) : NULL;
}

static void warn_of_unknown_variables(const session *s, const ga_result *result)
{
    for (size_t i = 0; i < s->asked->allowance_count; i++) {
        const char *const name = s->asked->allowances[i].variable;
        int known = !name || ga_result_variable_count(result) == 0;
        for (size_t v = 0; !known && v < ga_result_variable_count(result); v++) {
            known = strcmp(ga_result_variable(result, v)->name, name) == 0;
        }
        if (!known) {
            cli_error("--allow: `%s` has no variable `%s`", result->facts.loss, name);
        }
    }
}

/* Log it, print it, count it. */
static void deliver(session *s, int64_t run, ga_result *result, ga_store_meta *meta,
                    const ga_child_outcome *outcome)
{
    meta->output = outcome->output_size > 0 ? outcome->output : NULL;
    result->run.target = ga_result_text(result, meta->target);
    result->run.subject = ga_result_text(result, meta->subject);
    result->run.arguments = ga_result_text(result, meta->arguments);
    result->run.options = ga_result_text(result, meta->options);
    result->run.output = ga_result_text(result, meta->output);
    cli_log_finish(&s->log, run, result, meta);

    const cli_output_options *const output = &s->asked->output;
    if (output->report->result) {
        output->report->result(result, &output->style, stdout);
    }
    cli_flush_output();
    ga_report_summarise(&s->summary, result);
}

/* A result for a child that never got as far as to describe its problem. */
static ga_result *empty_result(const session *s, const char *loss)
{
    ga_result *const result = ga_result_new();
    if (result) {
        result->facts.loss = ga_result_text(result, loss);
        result->facts.seed = s->asked->audit.seed;
        result->facts.strict = s->asked->audit.strict;
        result->facts.algorithm = ga_algorithm_version();
    }
    return result;
}

/* What a trial has come to is in order; or died, and then the result says so. 0: no memory. */
static int complete_result(const session *s, cli_trial *trial, const char *subject)
{
    if (!trial->result) {
        const char *const loss = trial->outcome.activity.loss;
        trial->result = empty_result(s, *loss ? loss : subject);
    }
    if (!trial->result) {
        return 0;
    }
    if (!trial->complete) {
        trial->result->facts.seconds = trial->seconds;
    }
    if (cli_trial_died(trial)) {
        return ga_result_add_death(trial->result, &trial->outcome) == GA_OK;
    }
    if (!trial->complete) {
        trial->result->facts.aborted = 1;
        trial->result->facts.evaluations = (size_t)trial->outcome.activity.loss_calls;
        trial->result->facts.gradient_calls = (size_t)trial->outcome.activity.gradient_calls;
    }
    return 1;
}

static ga_child_limits limits_with(cli_progress *progress)
{
    return (ga_child_limits){.seconds_per_call = seconds_per_call,
                             .stop = &stop,
                             .stop_grace = seconds_to_stop,
                             .tick = cli_progress_tick,
                             .tick_arg = progress};
}

static void audit_subject(session *s, const char *file, const char *subject)
{
    char *const folder = folder_of(file);
    ga_store_meta meta = describe_run(s, file, subject, folder);
    const int64_t run = cli_log_begin(&s->log, NULL, &meta);

    cli_progress progress;
    cli_progress_begin(&progress, subject);
    const ga_child_limits limits = limits_with(&progress);
    cli_trial trial;
    const ga_status status = cli_target_audit(file, subject, s->asked, &limits, &trial);
    cli_progress_end(&progress);

    if (status != GA_OK) {
        complain(s, file, subject, status);
        cli_log_abandon(&s->log, run, ga_status_text(status));
    } else if (trial.refusal) {
        show_printed(s, &trial);
        refuse(s, file, subject, trial.refusal);
        cli_log_abandon(&s->log, run, trial.refusal);
    } else if (complete_result(s, &trial, subject)) {
        warn_of_unknown_variables(s, trial.result);
        deliver(s, run, trial.result, &meta, &trial.outcome);
    } else {
        complain(s, file, subject, GA_ENOMEM);
        cli_log_abandon(&s->log, run, ga_status_text(GA_ENOMEM));
    }
    cli_trial_free(&trial);
    free(folder);
}

/* The plug-in died while it was loaded: that is a finding about it, without any variables. */
static void report_failed_load(session *s, const cli_target *target, cli_trial *trial)
{
    char *const folder = folder_of(target->file);
    ga_store_meta meta = describe_run(s, target->file, target->subject, folder);
    const int64_t run = cli_log_begin(&s->log, NULL, &meta);
    const char *const slash = strrchr(target->file, '/');
    const char *const name = slash ? slash + 1 : target->file;
    if (complete_result(s, trial, target->subject ? target->subject : name)) {
        deliver(s, run, trial->result, &meta, &trial->outcome);
    } else {
        complain(s, target->file, target->subject, GA_ENOMEM);
        cli_log_abandon(&s->log, run, ga_status_text(GA_ENOMEM));
    }
    free(folder);
}

static void print_subject(const session *s, const char *file, const cli_subject *subject)
{
    const cli_output_options *const output = &s->asked->output;
    if (strcmp(output->report->name, "jsonl") == 0) {
        cli_print_json(json_pack("{s:s,s:o,s:o,s:o}", "type", "subject", "target",
                                 cli_json_text(file), "subject", cli_json_text(subject->name),
                                 "summary", cli_json_text(subject->summary)));
        return;
    }
    cli_print_text(file, output->style.ascii);
    putchar(':');
    cli_print_text(subject->name, output->style.ascii);
    fputs("  ", stdout);
    cli_print_text(subject->summary, output->style.ascii);
    putchar('\n');
}

static void refuse_subject(session *s, const cli_target *target, const cli_subjects *subjects)
{
    char why[SENTENCE];
    int length = snprintf(why, sizeof why, "it has no subject `%s`; it has", target->subject);
    for (size_t i = 0; i < subjects->count && length >= 0 && (size_t)length < sizeof why; i++) {
        length += snprintf(why + length, sizeof why - (size_t)length, "%s `%s`", i > 0 ? "," : "",
                           subjects->all[i].name);
    }
    refuse(s, target->file, target->subject, why);
}

/* Audits the subjects that were asked for, or lists them. */
static void treat_subjects(session *s, const cli_target *target, const cli_subjects *subjects)
{
    int known = 0;
    for (size_t i = 0; i < subjects->count && !stop; i++) {
        const cli_subject *const subject = &subjects->all[i];
        if (target->subject && strcmp(target->subject, subject->name) != 0) {
            continue;
        }
        known = 1;
        if (s->asked->list) {
            print_subject(s, target->file, subject);
        } else {
            audit_subject(s, target->file, subject->name);
        }
    }
    if (!known && !stop) {
        refuse_subject(s, target, subjects);
    }
}

static void audit_target(session *s, const cli_target *target)
{
    char why[SENTENCE] = "";
    if (ga_plugin_inspect(target->file, why, sizeof why) != GA_OK) {
        refuse(s, target->file, NULL, why);
        return;
    }
    cli_progress progress;
    cli_progress_begin(&progress, target->file);
    const ga_child_limits limits = limits_with(&progress);
    cli_trial trial;
    cli_subjects subjects;
    const ga_status status = cli_target_list(target->file, &limits, &trial, &subjects);
    cli_progress_end(&progress);
    if (status != GA_OK) {
        complain(s, target->file, NULL, status);
    } else if (trial.refusal) {
        refuse(s, target->file, NULL, trial.refusal);
    } else if (cli_trial_died(&trial)) {
        report_failed_load(s, target, &trial);
    } else {
        treat_subjects(s, target, &subjects);
    }
    cli_subjects_free(&subjects);
    cli_trial_free(&trial);
}

static void audit_targets(session *s)
{
    catch_interrupts();
    for (size_t i = 0; i < s->asked->target_count && !stop; i++) {
        cli_target target;
        if (cli_target_split(s->asked->targets[i], &target)) {
            audit_target(s, &target);
            cli_target_free(&target);
        } else {
            complain(s, s->asked->targets[i], NULL, GA_ENOMEM);
        }
    }
    if (stop) {
        cli_error("interrupted; what was found so far was kept");
        s->trouble = cli_worse(s->trouble, CLI_TROUBLE);
    }
}

/* Exit code of the whole, and the closing lines of the report that name it. */
static int conclude(session *s)
{
    int code = cli_worse(s->summary.exit_code, s->trouble);
    if (s->log.failed) {
        code = cli_worse(code, CLI_TROUBLE);
    }
    if (s->asked->exit_zero &&
        (code == CLI_FINDINGS || code == CLI_UNJUDGED || code == CLI_USER_CODE)) {
        code = s->trouble != CLI_CLEAN || s->log.failed ? CLI_TROUBLE : CLI_CLEAN;
    }
    s->summary.exit_code = code;
    const cli_output_options *const output = &s->asked->output;
    const int is_list = s->asked->list || (s->listed && s->summary.losses == 0);
    if (output->report->end && !is_list) {
        output->report->end(&s->summary, &output->style, stdout);
    }
    return code;
}

static int run(const cli_audit_options *asked)
{
    session s = {.asked = asked};
    s.log.path = asked->no_db || asked->list ? NULL : cli_log_path(asked->db);
    if (!cli_log_check(&s.log)) {
        return CLI_TROUBLE;
    }
    s.options = cli_audit_options_json(asked);
    s.arguments = cli_audit_arguments_json(asked);
    const cli_output_options *const output = &asked->output;
    if (output->report->begin && !asked->list) {
        output->report->begin(&output->style, stdout);
    }
    audit_targets(&s);
    free(s.options);
    free(s.arguments);
    return conclude(&s);
}

int cli_audit(int argc, char **argv)
{
    cli_audit_options asked;
    int code = cli_audit_options_read(argc, argv, &asked);
    if (code < 0 && asked.target_count == 0) {
        cli_teach();
        code = CLI_TROUBLE;
    }
    if (code < 0) {
        code = run(&asked);
    }
    cli_audit_options_free(&asked);
    return code;
}
