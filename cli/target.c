/*
 * One target, from outside: its name, the child that works on it, what came back.
 */
#include "target.h"

#include "inside.h"
#include "printed.h"

#include "gradaudit/result.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}

int cli_target_split(const char *text, cli_target *out)
{
    *out = (cli_target){.copy = strdup(text)};
    if (!out->copy) {
        return 0;
    }
    out->file = out->copy;
    if (exists(out->copy)) {
        return 1;
    }
    for (char *colon = strrchr(out->copy, ':'); colon; colon = strrchr(out->copy, ':')) {
        *colon = '\0';
        if (exists(out->copy)) {
            out->subject = text + (colon + 1 - out->copy);
            return 1;
        }
    }
    /* nothing of it exists: for the message, split it where it is usually meant */
    memcpy(out->copy, text, strlen(text) + 1);
    char *const colon = strrchr(out->copy, ':');
    if (colon && colon != out->copy) {
        *colon = '\0';
        out->subject = colon + 1;
    }
    return 1;
}

void cli_target_free(cli_target *target)
{
    free(target->copy);
    *target = (cli_target){0};
}

void cli_subjects_free(cli_subjects *subjects)
{
    for (size_t i = 0; i < subjects->count; i++) {
        free(subjects->all[i].name);
        free(subjects->all[i].summary);
    }
    free(subjects->all);
    *subjects = (cli_subjects){0};
}

void cli_trial_free(cli_trial *trial)
{
    ga_child_outcome_free(&trial->outcome);
    free(trial->refusal);
    free(trial->printed);
    ga_result_free(trial->result);
    *trial = (cli_trial){0};
}

int cli_trial_died(const cli_trial *trial)
{
    const ga_child_end end = trial->outcome.end;
    return end != GA_CHILD_DONE && end != GA_CHILD_STOPPED;
}

/* The letter of the message that came back, or 0; a sentence becomes the refusal. */
static char open_message(cli_trial *trial, const char **body, size_t *size)
{
    const ga_child_outcome *const outcome = &trial->outcome;
    if (!outcome->data || outcome->size == 0) {
        return 0;
    }
    *body = (const char *)outcome->data + 1;
    *size = outcome->size - 1;
    const char letter = (char)outcome->data[0];
    if (letter == 'E' || letter == 'O') {
        trial->refusal = strndup(*body, *size);
        trial->refused_open = letter == 'O';
    }
    return letter;
}

static int read_subjects(const char *body, size_t size, cli_subjects *out)
{
    size_t strings = 0;
    for (size_t i = 0; i < size; i++) {
        strings += body[i] == '\0';
    }
    out->all = calloc(strings / 2 + 1, sizeof *out->all);
    if (!out->all) {
        return 0;
    }
    while (out->count < strings / 2) {
        cli_subject *const subject = &out->all[out->count++];
        subject->name = strdup(body);
        body += strlen(body) + 1;
        subject->summary = strdup(body);
        body += strlen(body) + 1;
        if (!subject->name || !subject->summary) {
            cli_subjects_free(out);
            return 0;
        }
    }
    return 1;
}

ga_status cli_target_list(const char *file, const ga_child_limits *limits, cli_trial *trial,
                          cli_subjects *out)
{
    *trial = (cli_trial){0};
    *out = (cli_subjects){0};
    cli_job job = {.file = file, .printed = -1};
    const ga_status status = ga_child_run(cli_list_inside, &job, limits, &trial->outcome);
    if (status != GA_OK) {
        return status;
    }
    const char *body = NULL;
    size_t size = 0;
    const char letter = open_message(trial, &body, &size);
    if (letter == 'S' && !cli_trial_died(trial)) {
        trial->complete = 1;
        return read_subjects(body, size, out) ? GA_OK : GA_ENOMEM;
    }
    if (trial->outcome.end == GA_CHILD_DONE && !trial->refusal) {
        return GA_ENOMEM; /* nothing could be sent */
    }
    return GA_OK;
}

/* What open() printed before it died comes before the rest of the output, on lines of its own. */
static void put_first(ga_child_outcome *outcome, const char *printed, size_t size)
{
    const size_t rest = outcome->output ? strlen(outcome->output) : 0;
    const int is_open = rest > 0 && printed[size - 1] != '\n';
    char *const both = malloc(size + 1 + rest + 1);
    if (both) {
        memcpy(both, printed, size);
        both[size] = '\n';
        memcpy(both + size + is_open, rest ? outcome->output : "", rest + 1);
        free(outcome->output);
        outcome->output = both;
        outcome->output_size += size + (size_t)is_open;
    }
}

static void take_printed(cli_trial *trial, int file)
{
    size_t size = 0;
    char *const printed = cli_printed_take(file, &size);
    for (size_t k = 0; k < size; k++) {
        printed[k] = printed[k] ? printed[k] : '?';
    }
    if (trial->refusal) {
        trial->printed = printed;
        return;
    }
    if (printed) {
        put_first(&trial->outcome, printed, size);
    }
    free(printed);
}

ga_status cli_target_audit(const char *file, const char *subject, const cli_audit_options *asked,
                           const ga_child_limits *limits, cli_trial *trial)
{
    *trial = (cli_trial){0};
    cli_job job = {.file = file, .subject = subject, .asked = asked, .printed = cli_printed_make()};
    const double began = cli_seconds();
    const ga_status status = ga_child_run(cli_audit_inside, &job, limits, &trial->outcome);
    trial->seconds = cli_seconds() - began;
    const char *body = NULL;
    size_t size = 0;
    const char letter = status == GA_OK ? open_message(trial, &body, &size) : '\0';
    take_printed(trial, job.printed);
    if (status != GA_OK) {
        return status;
    }
    if (letter == 'P' || letter == 'R') {
        const ga_status unpacked =
            ga_result_unpack((const unsigned char *)body, size, &trial->result);
        if (unpacked != GA_OK) {
            trial->outcome.end = GA_CHILD_GARBLED;
        }
        trial->complete = unpacked == GA_OK && letter == 'R';
    }
    if (trial->outcome.end == GA_CHILD_DONE && !trial->complete && !trial->refusal) {
        return GA_ENOMEM;
    }
    return GA_OK;
}
