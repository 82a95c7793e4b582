/*
 * A loss that is random, or drifts from call to call: can its slopes be measured all the same?
 *
 * The point is evaluated a few dozen times, with gradient calls between. That tells the spread of
 * the loss, whether its values are always finite, and whether the gradient is random as well (a
 * dropout mask drawn by the forward pass). A random gradient is audited as the mean of these calls,
 * with Student's bar of that mean as what it may err. Elements are then measured by repeats.
 */
#include "study.h"

#include "repeated.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

enum {
    CALLS = 32, /* of the gradient: what happens in 3 % of the calls shows in most audits */
    LOSSES_MOST = 2 * CALLS
};

/* A loss whose standard deviation is above this share of what its steepest element changes it by
 * over one scale has no slopes that a few hundred evaluations could show. */
static const double ABSURD = 0.3;

/* Two numbers are kept for each element while the gradient is sampled: 16 MB. */
static const size_t ELEMENTS_MOST = 1u << 20;

static const double TAIL = 5e-5; /* as in repeated.c */

/*
 * After the elements the loss is evaluated once more at the point, when that is a small part of the
 * whole; a few times when a gradient was wrong, and more often when something looks odd: what
 * differs in one call of five looks like a kink or like noise.
 */
static const size_t LATE_CHECK_FROM = 20;
enum {
    LATE_CALLS_WRONG = 4,
    LATE_CALLS_ODD = 16
};

struct ga_restless {
    double level;     /* mean of the loss at the point, when the gradient was sampled */
    double deviation; /* of one value */
    double *bars;     /* per element: of the mean gradient, before gradient_scale */
    double *means;    /* of the gradient as received; freed when it has been taken over */
};

/* Sums of a running mean (Welford 1962; Knuth, The Art of Computer Programming, vol. 2, 4.2.2). */
static void add_gradient(const ga_evidence *evidence, ga_restless *restless, int nth)
{
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        const ga_block *const block = &evidence->problem->blocks[b];
        const void *const g = ga_bits_of(&evidence->evaluator, evidence->received, b);
        for (size_t i = 0; block->role == GA_TRAINABLE && i < block->count; i++) {
            const double value = ga_element_of(g, block->dtype, i);
            double *const mean = &restless->means[block->offset + i];
            const double off = value - *mean;
            *mean += off / nth;
            restless->bars[block->offset + i] += off * (value - *mean);
        }
    }
}

/* 0: refused, spent, or a loss that is not finite. */
static int sample(ga_evidence *evidence, ga_restless *restless)
{
    ga_evaluator *const evaluator = &evidence->evaluator;
    double losses[LOSSES_MOST];
    int count = 0;
    for (int nth = 1; nth <= CALLS; nth++) {
        /* once or twice: in step with a loss that goes through its batches in turn, each gradient
         * would be that of the same batch */
        const uint64_t bits = ga_hash(evidence->options.seed, 0, GA_FOR_RESTLESS, (uint64_t)nth);
        for (uint64_t k = 0; k <= (bits & 1u); k++) {
            losses[count] = ga_evaluate_loss(evaluator);
            if (!isfinite(losses[count++])) {
                return 0;
            }
        }
        ga_received received = {0};
        ga_evaluate_gradient(evaluator, GA_FILL_ZERO, 0.0, evidence->received, &received);
        add_gradient(evidence, restless, nth);
        ga_study_go_back(evidence);
        if (received.refused) {
            return 0;
        }
    }
    for (int i = 0; i < count; i++) {
        restless->level += losses[i] / count;
    }
    for (int i = 0; i < count; i++) {
        const double off = losses[i] - restless->level;
        restless->deviation += off * off / (count - 1);
    }
    restless->deviation = sqrt(restless->deviation);
    return isfinite(restless->deviation);
}

/* Takes the mean over as what is audited, where the gradient varied; sums become bars. */
static void take_means(ga_evidence *evidence, ga_restless *restless)
{
    const double share = gsl_cdf_tdist_Pinv(1.0 - TAIL, CALLS - 1.0) / sqrt((double)CALLS);
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        const ga_block *const block = &evidence->problem->blocks[b];
        void *const g = ga_bits_of(&evidence->evaluator, evidence->gradient, b);
        for (size_t i = 0; block->role == GA_TRAINABLE && i < block->count; i++) {
            const double mean = restless->means[block->offset + i];
            double *const bar = &restless->bars[block->offset + i];
            if (!(*bar > 0.0) || !isfinite(mean)) { /* never differed, or not a number */
                *bar = 0.0;
                continue;
            }
            *bar = share * sqrt(*bar / (CALLS - 1.0));
            if (block->dtype == GA_F32) {
                ((float *)g)[i] = (float)mean;
            } else {
                ((double *)g)[i] = mean;
            }
        }
    }
    ga_study_measure_scales(evidence);
}

static double largest_change(const ga_evidence *evidence)
{
    double largest = 0.0;
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        if (ga_study_judges(evidence, b)) {
            largest = fmax(largest, evidence->scales[b].largest_change);
        }
    }
    return largest;
}

ga_status ga_study_settle_restless(ga_evidence *evidence)
{
    const size_t elements = ga_problem_elements(evidence->problem);
    if (!evidence->calls.has_gradient || elements > ELEMENTS_MOST || evidence->evaluator.spent ||
        evidence->home->twin) { /* whose slopes are not those of a loss that is random */
        return GA_OK;
    }
    ga_restless *const restless = calloc(1, sizeof *restless);
    evidence->restless = restless;
    if (!restless) {
        return GA_ENOMEM;
    }
    restless->means = calloc(elements + 1, sizeof *restless->means);
    restless->bars = calloc(elements + 1, sizeof *restless->bars);
    if (!restless->means || !restless->bars) {
        return GA_ENOMEM;
    }
    if (sample(evidence, restless)) {
        take_means(evidence, restless);
        evidence->repeats.by_repeats = restless->deviation <= ABSURD * largest_change(evidence);
    }
    free(restless->means);
    restless->means = NULL;
    return GA_OK;
}

void ga_study_probe_restless(ga_evidence *evidence, const ga_line *line, const ga_claim *claim,
                             size_t b, size_t index, ga_probe *probe)
{
    const ga_restless *const restless = evidence->restless;
    const ga_block *const block = &evidence->problem->blocks[b];
    ga_profile profile = evidence->profile;
    profile.values.origin = restless->level;
    profile.noise = restless->deviation;
    ga_claim wide = *claim;
    wide.rounding +=
        restless->bars[block->offset + index] / fabs(block->gradient_scale * evidence->ratio);
    ga_probe_repeated(&profile, line, &wide, probe);
}

void ga_study_forget_restless(ga_evidence *evidence)
{
    if (evidence->restless) {
        free(evidence->restless->means);
        free(evidence->restless->bars);
        free(evidence->restless);
    }
    evidence->restless = NULL;
}

static int looks_odd(const ga_evidence *evidence)
{
    for (size_t i = 0; i < evidence->remark_count; i++) {
        const ga_cause cause = evidence->remarks[i].cause;
        if (cause != GA_CAUSE_MISMATCH && cause != GA_CAUSE_BROKEN_CHAIN &&
            cause != GA_CAUSE_PHANTOM) {
            return 1;
        }
    }
    return evidence->profile.noise > ga_profile_clean(&evidence->profile.values);
}

static int late_calls(const ga_evidence *evidence, size_t judged)
{
    if (judged >= LATE_CHECK_FROM && evidence->screened) {
        return 1; /* evaluations are dear */
    }
    return looks_odd(evidence)          ? LATE_CALLS_ODD
           : evidence->remark_count > 0 ? LATE_CALLS_WRONG
           : judged >= LATE_CHECK_FROM  ? 1
                                        : 0;
}

void ga_study_look_late(ga_evidence *evidence, size_t judged)
{
    const int calls = late_calls(evidence, judged);
    for (int i = 0; i < calls && evidence->repeats.kind == GA_REPEAT_EQUAL; i++) {
        const double late = ga_evaluate_loss(&evidence->evaluator);
        ga_study_go_back(evidence);
        if (evidence->evaluator.spent) {
            return;
        }
        if (late != evidence->losses[0]) {
            ga_study_look_again(evidence, late);
            return;
        }
    }
}
