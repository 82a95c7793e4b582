/*
 * V02 created-in-call: a variable was registered inside a callback, or the address of a registered
 * value changes from call to call. Its gradient may look healthy in every call, and yet nothing
 * ever trains: the next call starts with a new one.
 */
#include "checks.h"

enum {
    MOST = 32
};

static ga_status report(ga_findings *out, const ga_created *created)
{
    const char *const message =
        created->moved
            ? ga_findings_text(
                  out, "the value of `%s` lies at another address after a loss call (%zu time%s)",
                  created->name, created->times, created->times == 1 ? "" : "s")
            : ga_findings_text(out,
                               "`%s` is registered while the loss is computed, first in call %zu",
                               created->name, created->call);
    return ga_findings_add(
        out, GA_NO_INDEX,
        &(ga_finding){
            .variable = created->name,
            .file = created->file,
            .line = created->line,
            .message = message,
            .why = "it is made anew in each call: an optimiser that keeps the first one trains a "
                   "value "
                   "that the loss no longer reads",
            .help = created->moved
                        ? "allocate it once and keep it where it is; `locate` is for gradients "
                          "that move, values must not"
                        : "make and register it once, before the first loss call, and let the loss "
                          "use that one",
        });
}

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_status status = GA_OK;
    ga_created created[MOST];
    if (!ga_checks_calls(evidence, out, &status)) {
        return status;
    }
    const size_t count = ga_evidence_created(evidence, created, MOST);
    for (size_t i = 0; i < count && status == GA_OK; i++) {
        status = report(out, &created[i]);
    }
    return status == GA_OK ? ga_findings_pass(out) : status;
}

const ga_check ga_check_created_in_call = {
    .code = "V02",
    .name = "created-in-call",
    .severity = GA_ERROR,
    .summary = "no variable is created or moved while the loss is computed",
    .run = run,
};
