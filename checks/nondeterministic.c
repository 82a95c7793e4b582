/*
 * N01 nondeterministic: equal input, different loss; or a gradient that differs from call to call
 * for no reason that G08 or G09 explain. A warning when the difference is at rounding level, as
 * with threads that add up in any order.
 */
#include "checks.h"

#include <math.h>

/* A gradient that differs by less than this share of its largest element differs by rounding. */
static const double ROUNDING_F64 = 1e-12;
static const double ROUNDING_F32 = 1e-5;

/* A loss that differs by fewer roundings than this after a long while differs by the order of its
 * sums: as for calls in a row. */
static const double ROUNDINGS = 64.0;

static const char *help_of(const ga_repeats *repeats)
{
    if (repeats->kind == GA_REPEAT_ROUNDING) {
        return "nothing to mend, as long as the spread is counted as noise: it is";
    }
    return repeats->by_repeats
               ? "seed the generator in a `reseed` hook, clear state in a `reset` hook "
                 "(ga_problem_hooks), or draw masks once, outside the loss. Until then slopes are "
                 "means over repeated calls: 40 to 700 evaluations an element in place of 5, and "
                 "only large faults show"
               : "seed the generator in a `reseed` hook, clear state in a `reset` hook "
                 "(ga_problem_hooks), or draw masks once, outside the loss";
}

static ga_status report_loss(ga_findings *out, const ga_repeats *repeats)
{
    const int rounding = repeats->kind == GA_REPEAT_ROUNDING;
    const int precision = ga_checks_digits(repeats->value, repeats->other);
    return ga_findings_add_as(
        out, rounding ? GA_WARNING : GA_ERROR, GA_NO_INDEX,
        &(ga_finding){
            .message =
                ga_findings_text(out,
                                 "the loss differs from call to call at the same point: %d values "
                                 "in %d calls, from %.*g to %.*g",
                                 repeats->distinct, repeats->calls, precision, repeats->value,
                                 precision, repeats->other),
            .why = rounding ? "the difference is at rounding level: sums in changing order, as "
                              "threads make them"
                   : repeats->kind == GA_REPEAT_DRIFT
                       ? "it rises or falls with every call: a counter, a schedule or a running "
                         "mean inside the loss"
                       : "a random number, the clock, uninitialised memory or state left by "
                         "earlier calls enters the loss",
            .help = help_of(repeats),
        });
}

static ga_status report_gradient(ga_findings *out, const ga_calls *calls, int rounding)
{
    return ga_findings_add_as(
        out, rounding ? GA_WARNING : GA_ERROR, GA_NO_INDEX,
        &(ga_finding){
            .message = ga_findings_text(out,
                                        "the gradient differs from call to call at the same point, "
                                        "by up to %.2g of its largest element",
                                        calls->gradient_spread),
            .why = rounding ? "the difference is at rounding level: sums in changing order, as "
                              "threads make them"
                            : "the loss is the same each time, so this is the gradient's own: a "
                              "random number, uninitialised memory, or state left by earlier calls",
            .help =
                rounding ? "nothing to mend" : "clear work buffers at the start of the callback",
        });
}

/* The contract calls agreed; only after many evaluations did the loss change. */
static ga_status report_late(ga_findings *out, const ga_late *late, int rounding)
{
    const int precision = ga_checks_digits(late->first, late->last);
    return ga_findings_add_as(
        out, rounding ? GA_WARNING : GA_ERROR, GA_NO_INDEX,
        &(ga_finding){
            .message = ga_findings_text(
                out, "the loss at the point was %.*g at first and is %.*g after %zu evaluations",
                precision, late->first, precision, late->last, late->evaluations),
            .why = rounding
                       ? "the difference is at rounding level: sums in changing order, as threads "
                         "make them"
                       : "calls in a row agree, but something changes slowly: a counter, a "
                         "schedule, a cache that fills up; slopes measured meanwhile mean nothing",
            .help = rounding ? "nothing to mend, as long as the spread is counted as noise: it is"
                             : "clear that state in a `reset` hook (ga_problem_hooks)",
        });
}

/* The elements have been measured when anything is known to have changed late. */
static ga_status judge_late(ga_evidence *evidence, ga_findings *out, const ga_late *late)
{
    const ga_elements *elements = NULL;
    const ga_status status = ga_evidence_elements(evidence, &elements);
    if (status != GA_OK) {
        return status;
    }
    const double limit = elements ? ROUNDINGS * elements->quantum : 0.0;
    return report_late(out, late, fabs(late->last - late->first) <= limit);
}

static int is_float(const ga_evidence *evidence)
{
    for (size_t v = 0; v < ga_evidence_variable_count(evidence); v++) {
        if (ga_evidence_variable(evidence, v)->dtype == GA_F32) {
            return 1;
        }
    }
    return 0;
}

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_status status = GA_OK;
    const ga_repeats *const repeats = ga_checks_repeats(evidence, out, &status);
    if (!repeats) {
        return status;
    }
    const ga_calls *const calls = ga_checks_calls(evidence, out, &status);
    if (!calls) {
        return status;
    }
    if (repeats->kind == GA_REPEAT_ROUNDING || repeats->kind == GA_REPEAT_DRIFT ||
        repeats->kind == GA_REPEAT_RANDOM) {
        return report_loss(out, repeats);
    }
    if (calls->random_gradient && repeats->kind == GA_REPEAT_EQUAL) {
        const double limit = is_float(evidence) ? ROUNDING_F32 : ROUNDING_F64;
        return report_gradient(out, calls, calls->gradient_spread <= limit);
    }
    const ga_late *const late = ga_evidence_late(evidence);
    return late ? judge_late(evidence, out, late) : ga_findings_pass(out);
}

const ga_check ga_check_nondeterministic = {
    .code = "N01",
    .name = "nondeterministic",
    .severity = GA_ERROR,
    .summary = "equal input, equal loss and equal gradient",
    .explanation =
        "Equal input, different result. The loss differs from call to call at the same\n"
        "point, or the gradient does, and slopes stand on weak ground. So this is asked\n"
        "before any comparison, and a random loss is never called a wrong gradient for\n"
        "being random.\n"
        "\n"
        "Three loss calls at the point are compared bit by bit; when they differ, a fixed\n"
        "sequence of calls tells random values from a steady drift, from the influence of\n"
        "the point before (N03) and from that of a gradient call (N04). After many\n"
        "elements the loss at the point is looked at once more. Differences at the level\n"
        "of rounding, as threads make them that add in any order, are only a warning:\n"
        "they are counted as noise, and the audit goes on.\n"
        "\n"
        "Where the spread is small enough beside what the elements change, their slopes\n"
        "are measured all the same, as means over repeated calls in an order that cancels\n"
        "a steady drift: 40 to 700 evaluations an element. An element fails only when two\n"
        "independent sets of repeats exclude its gradient; whatever they cannot tell is\n"
        "left open without a word. A gradient that is random, too, is audited as its mean\n"
        "over 32 calls.\n"
        "\n"
        "Look for rand(), dropout masks and augmentation, the clock, uninitialised\n"
        "memory, a call counter, a learning schedule, a running mean. Give the generator\n"
        "its seed in a `reseed` hook and clear state in a `reset` hook\n"
        "(ga_problem_hooks): the library calls them before every evaluation. Or draw\n"
        "masks once, outside the loss.\n"
        "\n"
        "Fails:\n"
        "\n"
        "    static double loss(void *user)\n"
        "    {\n"
        "        const int keep = rand() % 2; /* dropout */\n"
        "        return keep ? cost(user) : 0.0;\n"
        "    }\n"
        "\n"
        "Mended:\n"
        "\n"
        "    static void reseed(uint64_t seed, void *user)\n"
        "    {\n"
        "        srand((unsigned)seed); /* the same masks in every call */\n"
        "    }\n"
        "    ...\n"
        "    ga_problem_hooks(p, &(ga_hooks){.reseed = reseed});",
    .run = run,
};
