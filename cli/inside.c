/*
 * Inside the child: load the plug-in, open the subject, audit, hand the result over.
 */
#include "inside.h"

#include "printed.h"

#include "gradaudit/check.h"
#include "gradaudit/result.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    SENTENCE = 1024
};

static ga_status send_message(ga_child *child, char letter, const void *body, size_t size)
{
    char *const message = malloc(size + 1);
    if (!message) {
        return GA_ENOMEM;
    }
    message[0] = letter;
    if (size > 0) {
        memcpy(message + 1, body, size);
    }
    const ga_status status = ga_child_send(child, message, size + 1);
    free(message);
    return status;
}

static void send_sentence(ga_child *child, char letter, const char *sentence)
{
    (void)send_message(child, letter, sentence, strlen(sentence));
}

static ga_status send_result(ga_child *child, char letter, const ga_result *result)
{
    unsigned char *bytes = NULL;
    size_t size = 0;
    ga_status status = ga_result_pack(result, &bytes, &size);
    if (status == GA_OK) {
        status = send_message(child, letter, bytes, size);
    }
    free(bytes);
    return status;
}

/* NULL: a sentence was sent. */
static ga_plugin *load(ga_child *child, const char *file)
{
    char why[SENTENCE] = "";
    ga_plugin *plugin = NULL;
    ga_activity *const activity = ga_child_activity(child);
    activity->phase = GA_PHASE_LOAD;
    const ga_status status = ga_plugin_load(file, &plugin, why, sizeof why);
    activity->phase = GA_PHASE_NONE;
    if (status != GA_OK) {
        send_sentence(child, 'E', why);
    }
    return plugin;
}

void cli_list_inside(ga_child *child, void *job)
{
    ga_plugin *const plugin = load(child, ((const cli_job *)job)->file);
    if (!plugin) {
        return;
    }
    char *text = NULL;
    size_t size = 0;
    FILE *const list = open_memstream(&text, &size);
    for (size_t i = 0; list && i < ga_plugin_subject_count(plugin); i++) {
        const ga_subject *const subject = ga_plugin_subject(plugin, i);
        fprintf(list, "%s%c%s%c", subject->name, 0, subject->summary ? subject->summary : "", 0);
    }
    if (list && fclose(list) == 0) {
        (void)send_message(child, 'S', text, size);
    }
    free(text);
    ga_plugin_free(plugin);
}

/* The parent may read at any moment: the first character, by which it is there, comes last. */
static void note_plan(ga_activity *activity, const char *plan)
{
    const size_t length = strnlen(plan, sizeof activity->plan - 1);
    if (length > 0 && !activity->plan[0]) {
        memcpy(activity->plan + 1, plan + 1, length - 1);
        atomic_thread_fence(memory_order_release);
        activity->plan[0] = plan[0];
    }
}

static int note_progress(const ga_progress *progress, void *user)
{
    ga_child *const child = user;
    ga_activity *const activity = ga_child_activity(child);
    activity->planned = progress->planned;
    activity->left = progress->left;
    note_plan(activity, progress->plan ? progress->plan : "");
    return ga_child_stopping(child);
}

static void audit_problem(ga_child *child, const cli_job *job, ga_problem *problem)
{
    const cli_audit_options *const asked = job->asked;
    for (size_t i = 0; i < asked->allowance_count; i++) {
        const cli_allowance *const allowance = &asked->allowances[i];
        (void)ga_allow(problem, allowance->code, allowance->variable, allowance->reason);
    }
    ga_problem_watch(problem, ga_child_activity(child));

    ga_result *result = NULL;
    if (ga_result_describe(problem, &result) == GA_OK) {
        (void)send_result(child, 'P', result);
        ga_result_free(result);
        result = NULL;
    }
    ga_options options = asked->audit;
    options.progress = note_progress;
    options.progress_user = child;
    ga_status status = ga_audit(problem, &options, &result);
    if (status == GA_OK) {
        status = send_result(child, 'R', result);
    }
    if (status != GA_OK) {
        const char *const error = ga_problem_error(problem);
        send_sentence(child, 'E', error ? error : ga_status_text(status));
    }
    ga_result_free(result);
}

void cli_audit_inside(ga_child *child, void *argument)
{
    const cli_job *const job = argument;
    ga_plugin *const plugin = load(child, job->file);
    if (!plugin) {
        return;
    }
    char why[SENTENCE] = "";
    const ga_subject *const subject = ga_plugin_find(plugin, job->subject);
    if (!subject) {
        (void)snprintf(why, sizeof why, "it has no subject `%s` any more", job->subject);
        send_sentence(child, 'E', why);
        return;
    }
    (void)ga_calm_openmp();
    ga_problem *problem = NULL;
    ga_activity *const activity = ga_child_activity(child);
    activity->phase = GA_PHASE_OPEN;
    const int before = cli_printed_divert(job->printed);
    const ga_status status = ga_plugin_open(plugin, subject, job->asked->argument_count,
                                            job->asked->arguments, &problem, why, sizeof why);
    cli_printed_restore(job->printed, before, status != GA_OK);
    activity->phase = GA_PHASE_NONE;
    if (status != GA_OK) {
        send_sentence(child, 'O', why);
        return;
    }
    audit_problem(child, job, problem);

    activity->phase = GA_PHASE_FREE;
    ga_problem_free(problem);
    activity->phase = GA_PHASE_NONE;
    ga_plugin_free(plugin);
}
