/*
 * V04 overlap: two registered ranges share memory, or one is registered twice. Two names then move
 * one number, and a slope belongs to neither. Reported at both places, so that whatever else the
 * two seem to do wrong is known to be an echo.
 */
#include "checks.h"

#include <string.h>

enum {
    MOST = 32
};

static size_t variable_called(const ga_evidence *evidence, const char *name)
{
    size_t v = 0;
    while (v < ga_evidence_variable_count(evidence) &&
           strcmp(ga_evidence_variable(evidence, v)->name, name) != 0) {
        v++;
    }
    return v < ga_evidence_variable_count(evidence) ? v : GA_NO_INDEX;
}

/* Do the gradients overlap only because the values do, in the same way? */
static int follows(const ga_shared_memory *pair, const ga_shared_memory *pairs, size_t count)
{
    for (size_t i = 0; i < count && pair->kind == GA_SHARED_GRADIENTS; i++) {
        if (pairs[i].kind == GA_SHARED_VALUES && pairs[i].bytes == pair->bytes &&
            strcmp(pairs[i].first, pair->first) == 0 &&
            strcmp(pairs[i].second, pair->second) == 0) {
            return 1;
        }
    }
    return 0;
}

static ga_status report(ga_findings *out, size_t variable, const ga_shared_memory *pair)
{
    static const char *const parts[] = {"", " of their gradient buffers",
                                        ": values of one, gradient of the other"};
    static const char *const why[] = {
        "an optimiser would update that memory twice per step",
        "the callback that writes one gradient overwrites the other",
        "writing the gradient changes the parameters",
    };
    return ga_findings_add(
        out, variable,
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
        if (follows(&pairs[i], pairs, count < MOST ? count : MOST)) {
            continue;
        }
        status = report(out, variable_called(evidence, pairs[i].first), &pairs[i]);
        if (status == GA_OK) {
            status = report(out, pairs[i].second_variable, &pairs[i]);
        }
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
        "It is seen from addresses and sizes alone, and reported at both places where\n"
        "they are described. What else the two variables might seem to do wrong is not\n"
        "reported, as it would only be an echo.\n"
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
