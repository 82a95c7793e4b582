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
    return ga_findings_add(out, GA_NO_INDEX,
                           &(ga_finding){
                               .variable = created->name,
                               .file = created->file,
                               .line = created->line,
                               .message = message,
                               .why = "it is made anew in each call: an optimiser that keeps the "
                                      "first one trains a value that the loss no longer reads",
                               .help = created->moved
                                           ? "allocate it once and keep it where it is; `locate` "
                                             "is for gradients that move, values must not"
                                           : "make and register it once, before the first loss "
                                             "call, and let the loss use that one",
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
    .explanation =
        "A variable came into being while the loss was being computed, or the values of a\n"
        "registered variable lie at another address after a call. Its gradient may look\n"
        "healthy in every single call, and still nothing ever trains: the optimiser moves\n"
        "the first copy, and the loss reads a new one that starts where the first had\n"
        "started.\n"
        "\n"
        "It is seen because the registry closes when the first loss call begins. A\n"
        "registration after that is answered with GA_ELOCKED, its memory is never\n"
        "touched, and the attempt is reported with the file and line it came from.\n"
        "Addresses are compared after each call when you gave a `locate` function.\n"
        "\n"
        "Make the variable once, where the model is made, and register it there; let the\n"
        "loss use that one. `locate` is for gradients that come in fresh buffers; values\n"
        "must stay where they are. There is no good reason to allow this finding.\n"
        "\n"
        "Fails:\n"
        "\n"
        "    static double loss(void *user)\n"
        "    {\n"
        "        model *m = user;\n"
        "        double weight = 1.0, dweight = 0.0; /* new in every call */\n"
        "        GA_VARIABLE(m->problem, \"weight\", &weight, &dweight);\n"
        "        return weight * residual(m);\n"
        "    }\n"
        "\n"
        "Mended:\n"
        "\n"
        "    /* once, before the first call */\n"
        "    GA_VARIABLE(m->problem, \"weight\", &m->weight, &m->dweight);\n"
        "\n"
        "    static double loss(void *user)\n"
        "    {\n"
        "        model *m = user;\n"
        "        return m->weight * residual(m);\n"
        "    }",
    .run = run,
};
