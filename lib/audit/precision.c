/*
 * Is the loss computed in float although all variables are double?
 *
 * Its noise says so first: that of float's rounding. But a solver's tolerance, or a loss that is
 * rounded on purpose, may lie there as well. So a few elements are moved by steps that change a
 * loss in double by a hundredth of a float's spacing, which is two million of its own roundings:
 * what was rounded to float rests, to the last bit.
 */
#include "study.h"

#include "step.h"

#include <float.h>
#include <math.h>

/* Noise of float arithmetic, as a share of the loss: half a rounding, to a few thousand terms. */
static const double NOISE_LEAST = 0x1p-26;
static const double NOISE_MOST = 0x1p-20;
static const double NOISE_MOST_EXACT = 0x1p-16; /* when every value is exactly a float */

/* Steps by the change that the gradient predicts, as a share of the loss. */
static const double SMALL = 0x1p-31; /* a 128th of a float's spacing at most; 2^21 of a double's */
static const double LARGE = 0x1p-16; /* beyond what rounding hides */

enum {
    ELEMENTS_MOST = 4,
    ASKED_LEAST = 2
};

/* What moves by no more than this many times its prediction slopes. What was rounded rests, or now
 * and then moves by a whole rounding step, 64 predictions at least. */
static const double SLOPES = 8.0;

typedef struct answers {
    int asked, rested, sloped;
} answers;

static double move(const ga_line *line, double f, int side, double h)
{
    const double step = ga_step_exact_aside(line, side, h);
    return step > 0.0 ? line->value(line->context, side * step) - f : (double)NAN;
}

static void ask(ga_evidence *evidence, size_t b, const ga_element *element, double f, answers *out)
{
    ga_study_line context = {.evidence = evidence, .block = b, .index = element->index};
    const ga_line line = ga_study_element_line(&context);
    const double h = SMALL * fabs(f) / fabs(element->analytic);
    const double far = LARGE / SMALL * h;
    if (!(h >= ga_step_least(&line) && far <= line.reach)) {
        return;
    }
    const double moved = move(&line, f, 1, far);
    if (!isfinite(moved) || moved == 0.0) {
        return; /* the gradient is wrong, or this is a plateau of another kind */
    }
    for (int side = -1; side <= 1; side += 2) {
        const double change = fabs(move(&line, f, side, h));
        out->asked += isfinite(change);
        out->rested += change == 0.0;
        out->sloped += change > 0.0 && change <= SLOPES * SMALL * fabs(f);
    }
}

/* The elements with the largest loss changes say most, and are taken from all variables. */
static answers ask_elements(ga_evidence *evidence, double f)
{
    answers out = {0};
    double before = (double)INFINITY;
    for (int i = 0; i < ELEMENTS_MOST && !evidence->evaluator.spent; i++) {
        const ga_element *best = NULL;
        double most = 0.0;
        size_t block = 0;
        for (size_t b = 0; b < evidence->problem->block_count; b++) {
            const ga_variable_record *const variable = &evidence->result->variables[b];
            for (size_t k = 0; k < variable->element_count; k++) {
                const ga_element *const at = &variable->elements[k];
                const double change = fabs(at->analytic) * ga_study_scale(evidence, b, at->index);
                if (at->verdict != GA_FAIL && change > most && change < before) {
                    best = at;
                    most = change;
                    block = b;
                }
            }
        }
        if (!best) {
            break;
        }
        before = most;
        ask(evidence, block, best, f, &out);
    }
    ga_study_go_back(evidence);
    return out;
}

static int promises_double(const ga_evidence *evidence)
{
    size_t doubles = 0;
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        const ga_described *const at = &evidence->described[b];
        if (at->role == GA_TRAINABLE && at->dtype != GA_F64) {
            return 0;
        }
        doubles += at->role == GA_TRAINABLE;
    }
    return doubles > 0;
}

static int is_suspect(const ga_evidence *evidence, double f)
{
    const ga_elements *const elements = &evidence->elements;
    const double most = elements->single ? NOISE_MOST_EXACT : NOISE_MOST;
    return evidence->repeats.kind == GA_REPEAT_EQUAL && !evidence->home->twin &&
           promises_double(evidence) && elements->noise >= NOISE_LEAST * fabs(f) &&
           elements->noise <= most * fabs(f);
}

ga_status ga_evidence_precision(ga_evidence *evidence, const ga_precision **out)
{
    const ga_elements *elements = NULL;
    const ga_status status = ga_evidence_elements(evidence, &elements);
    *out = NULL;
    if (status != GA_OK || !elements) {
        return status;
    }
    ga_precision *const precision = &evidence->precision;
    if (!evidence->precision_done) {
        const double f = evidence->losses[0];
        evidence->precision_done = 1;
        *precision = (ga_precision){
            .is_exact = elements->single, .noise = elements->noise, .loss = f, .rests = SMALL};
        if (is_suspect(evidence, f) && !evidence->evaluator.spent) {
            const answers told = ask_elements(evidence, f);
            precision->is_float = told.asked >= ASKED_LEAST && told.sloped == 0 &&
                                  2 * told.rested >= told.asked && !evidence->evaluator.spent;
        }
    }
    *out = precision;
    return GA_OK;
}
