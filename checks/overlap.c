/*
 * V04 overlap: two registered ranges share memory, or one is registered twice. Two names then move
 * one number, and a slope belongs to neither.
 */
#include "checks.h"

enum {
    MOST = 32
};

static ga_status report(ga_findings *out, const ga_shared_memory *pair)
{
    static const char *const parts[] = {"", " of their gradient buffers",
                                        ": values of one, gradient of the other"};
    static const char *const why[] = {
        "an optimiser would update that memory twice per step",
        "the callback that writes one gradient overwrites the other",
        "writing the gradient changes the parameters",
    };
    return ga_findings_add(
        out, pair->second_variable,
        &(ga_finding){
            .message = ga_findings_text(out, "`%s` and `%s` share %zu bytes%s", pair->first,
                                        pair->second, pair->bytes, parts[pair->kind]),
            .why = why[pair->kind],
            .help = "check offsets and sizes; a tied weight is one variable, registered once, "
                    "whose gradient is the sum of all its uses",
        });
}

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_shared_memory pairs[MOST];
    ga_status status = GA_OK;
    const size_t count = ga_evidence_overlaps(evidence, pairs, MOST);
    for (size_t i = 0; i < count && i < MOST && status == GA_OK; i++) {
        status = report(out, &pairs[i]);
    }
    return status == GA_OK ? ga_findings_pass(out) : status;
}

const ga_check ga_check_overlap = {
    .code = "V04",
    .name = "overlap",
    .severity = GA_ERROR,
    .summary = "no two variables share memory",
    .explanation =
        "Two registered variables share memory, or one was registered twice, or two\n"
        "gradients go to the same buffer. Moving one then moves the other, so a measured\n"
        "slope belongs to neither; and an optimiser would update the shared numbers twice\n"
        "in each step.\n"
        "\n"
        "It is seen from addresses and sizes alone. What else the two variables might\n"
        "seem to do wrong is not reported, as it would only be an echo.\n"
        "\n"
        "Usually an offset or a size is wrong: a block of 3 x 16 counted as 16 x 16, a\n"
        "pointer that was not advanced. Weights that are tied on purpose are one\n"
        "variable: register it once, and let its gradient be the sum over all its uses.\n"
        "\n"
        "Fails:\n"
        "\n"
        "    GA_TENSOR(p, \"W1\", w, dw, 4, 16);\n"
        "    GA_TENSOR(p, \"b1\", w + 60, dw + 60, 16); /* W1 ends at 64 */\n"
        "\n"
        "Mended:\n"
        "\n"
        "    GA_TENSOR(p, \"W1\", w, dw, 4, 16);\n"
        "    GA_TENSOR(p, \"b1\", w + 64, dw + 64, 16);",
    .run = run,
};
