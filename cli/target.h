/*
 * One target: which file and subject are meant, and what becomes of it in a child.
 *
 * Nothing of the user's is loaded into this process. A child loads the plug-in, opens the subject
 * and audits it; what it hands back is read as something that may be damaged.
 */
#ifndef GA_CLI_TARGET_H
#define GA_CLI_TARGET_H

#include "audit_options.h"

#include "gradaudit/isolate.h"

typedef struct cli_target {
    char *file;
    const char *subject; /* NULL: all */
    char *copy;          /* holds both */
} cli_target;

/* FILE[:SUBJECT]; the longest existing file wins. 0: no memory. */
int cli_target_split(const char *text, cli_target *out);
void cli_target_free(cli_target *target);

/* The subjects of a file. */
typedef struct cli_subject {
    char *name, *summary;
} cli_subject;

typedef struct cli_subjects {
    cli_subject *all;
    size_t count;
} cli_subjects;
void cli_subjects_free(cli_subjects *subjects);

/* What a child has come to. */
typedef struct cli_trial {
    ga_child_outcome outcome;
    char *refusal;     /* why it could not be done, as a sentence; or NULL */
    int refused_open;  /* it is open() that refused */
    char *printed;     /* what open() printed to standard output before it refused, or NULL */
    ga_result *result; /* complete, or as it was when the child ended early, or NULL */
    int complete;      /* the audit came to its end */
    double seconds;    /* from start to end */
} cli_trial;
void cli_trial_free(cli_trial *trial);

/* The child died or gave no sense: neither a refusal nor complete, nor stopped on our wish. */
int cli_trial_died(const cli_trial *trial);

/* List the subjects: fills `out` unless the trial holds a refusal or a death. */
ga_status cli_target_list(const char *file, const ga_child_limits *limits, cli_trial *trial,
                          cli_subjects *out);

/* Audit one subject. */
ga_status cli_target_audit(const char *file, const char *subject, const cli_audit_options *asked,
                           const ga_child_limits *limits, cli_trial *trial);

#endif
