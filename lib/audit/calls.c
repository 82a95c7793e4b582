/*
 * The contract phase: a handful of guarded calls.
 *
 * Four gradient calls (a fifth when two differ), each right after a loss call at the same point,
 * tell apart what a single comparison mixes up: a slot that was never written, a buffer that is
 * added to, a gradient of the point before, a gradient that is random. No difference quotient is
 * needed for any.
 */
#include "study.h"

#include <math.h>

/* How far the jittered point lies from x, in scales: far enough to differ in every float, near
 * enough to stay in the domain. A second try, where the loss is not finite there. */
static const double JITTER = 0x1p-10;
static const double JITTER_SMALL = 0x1p-20;

static void note_fenv(ga_evidence *evidence, ga_fenv before, const char *by)
{
    const int changed = ga_fenv_difference(before, ga_fenv_read());
    if (changed) {
        evidence->calls.fenv |= changed;
        evidence->calls.fenv_by = by;
        ga_fenv_write(before);
    }
}

static double guarded_loss(ga_evidence *evidence)
{
    const ga_fenv before = ga_fenv_read();
    const double value = ga_evaluate_loss(&evidence->evaluator);
    note_fenv(evidence, before, "the loss");
    return value;
}

/*
 * Which variables are not where the call found them, at the point or at the jittered one? `by_loss`
 * says whose call it was. Nothing is put back here: a gradient belongs to the values that its loss
 * call has left.
 */
static int note_changes(ga_evidence *evidence, int at_point, int by_loss)
{
    const ga_jitter jitter = at_point ? (ga_jitter){0} : evidence->jitter;
    int changed = 0;
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        const ga_block *const block = &evidence->problem->blocks[b];
        ga_slots *const slots = &evidence->slots[b];
        if (block->role == GA_STATE || ga_study_is_at(evidence, b, jitter)) {
            continue; /* as nearly always, and known at the price of a comparison of bits */
        }
        for (size_t i = 0; i < block->count && !slots->overwritten; i++) {
            const double now = ga_block_get(block, i);
            const double want = ga_study_jittered(evidence, b, i, jitter);
            if (now == want) {
                continue;
            }
            changed = 1;
            if (by_loss) {
                slots->overwritten = 1;
                slots->overwritten_index = i;
                slots->overwritten_from = want;
                slots->overwritten_to = now;
            } else if (!slots->changed) {
                slots->changed = 1;
                slots->changed_index = i;
            }
        }
    }
    return changed;
}

/* The loss at the point; its value is kept. */
static double loss_at_point(ga_evidence *evidence)
{
    const double value = guarded_loss(evidence);
    if (evidence->evaluator.spent) {
        return value;
    }
    if (evidence->loss_count < (int)(sizeof evidence->losses / sizeof *evidence->losses)) {
        evidence->losses[evidence->loss_count++] = value;
    }
    (void)note_changes(evidence, 1, 1);
    return value;
}

/* One gradient call; 0 when it was refused, and everything that depends on it ends. */
static int receive(ga_evidence *evidence, ga_fill fill, double value, ga_bits out, int at_point)
{
    ga_received received = {0};
    const ga_fenv before = ga_fenv_read();
    ga_evaluate_gradient(&evidence->evaluator, fill, value, out, &received);
    note_fenv(evidence, before, "the gradient");

    ga_calls *const calls = &evidence->calls;
    calls->sentinels &= received.filled;
    evidence->filled = received.filled;
    calls->before = received.before > calls->before ? received.before : calls->before;
    calls->after = received.after > calls->after ? received.after : calls->after;
    if (received.refused && at_point && !calls->refused) { /* nobody promised the point aside */
        calls->refused = received.refused;
        calls->refused_call = evidence->evaluator.gradient_calls;
    }
    if (at_point) {
        calls->loss_joint = received.joint;
    }
    const int moved = calls->is_update || note_changes(evidence, at_point, 0);
    if (moved || !at_point || evidence->evaluator.has_state) {
        ga_study_go_back(evidence);
    }
    return received.refused == 0;
}

/* Do two gradients agree where both are worth comparing? Returns whether the bits do; *spread grows
 * to the largest relative difference, of variables that do not add to their buffer. NULL: nobody
 * asks by how much they differ. */
static int same_gradient(const ga_evidence *evidence, ga_bits a, ga_bits b, double *spread)
{
    int same = 1;
    size_t block = 0;
    size_t index = 0;
    if (!ga_bits_compare(&evidence->evaluator, a, b, &block, &index)) {
        return 1;
    }
    for (block = 0; block < evidence->problem->block_count; block++) {
        const ga_block *const at = &evidence->problem->blocks[block];
        const ga_slots *const slots = &evidence->slots[block];
        if (slots->accumulates || slots->added > 0 || at->accumulates || slots->overwritten) {
            continue;
        }
        const void *const first = ga_bits_of(&evidence->evaluator, a, block);
        const void *const second = ga_bits_of(&evidence->evaluator, b, block);
        for (size_t i = 0; i < ga_study_slot_count(evidence, block); i++) {
            const double p = ga_element_of(first, at->dtype, i);
            const double q = ga_element_of(second, at->dtype, i);
            if (p == q || ga_study_is_unwritten(evidence, block, i) || (isnan(p) && isnan(q))) {
                continue;
            }
            if (!spread) {
                return 0;
            }
            same = 0;
            const double gap = fabs(p - q) / fmax(slots->largest, fmax(fabs(p), fabs(q)));
            if (!(gap <= *spread)) { /* a NaN counts as large */
                *spread = isnan(gap) ? 1.0 : gap;
            }
        }
    }
    return same;
}

/* Is every trainable element of the gradient 0? (Then two gradients being equal says nothing.) */
static int all_zero(const ga_evidence *evidence, ga_bits g, size_t block)
{
    const ga_block *const at = &evidence->problem->blocks[block];
    const void *const elements = ga_bits_of(&evidence->evaluator, g, block);
    for (size_t i = 0; i < ga_study_slot_count(evidence, block); i++) {
        if (!(ga_element_of(elements, at->dtype, i) == 0)) {
            return 0;
        }
    }
    return 1;
}

/* A power of two of the gradient's own size, so that adding it to g loses nothing. */
static double prefill_value(const ga_evidence *evidence)
{
    double largest = 0.0;
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        largest = fmax(largest, evidence->slots[b].largest);
    }
    if (!(largest > 0)) {
        return 1.0;
    }
    const int exponent = ilogb(largest) + 1;
    return ldexp(1.0, exponent > 100 ? 100 : exponent < -100 ? -100 : exponent);
}

static double go_aside(ga_evidence *evidence)
{
    double value = (double)NAN;
    for (int try = 0; try < 2 && !isfinite(value); try++) {
        evidence->jitter.size = try == 0 ? JITTER : JITTER_SMALL;
        ga_study_go_back(evidence);
        ga_study_go_to_jittered(evidence, evidence->jitter);
        value = guarded_loss(evidence);
        if (!evidence->evaluator.spent) {
            (void)note_changes(evidence, 0, 1);
        }
    }
    return value;
}

/* C, D and E: the jittered point, and back. */
static ga_status compare_points(ga_evidence *evidence)
{
    ga_calls *const calls = &evidence->calls;
    const ga_bits b = evidence->gradient;
    const ga_bits other = evidence->received; /* looked at before the next call */
    double ignored = 0.0;
    double spread = 0.0;

    evidence->loss_aside = go_aside(evidence);
    const int c_received = isfinite(evidence->loss_aside) && !evidence->evaluator.spent &&
                           receive(evidence, GA_FILL_SENTINEL, 0.0, other, 0);
    const int c_like_b = c_received && same_gradient(evidence, b, other, NULL);
    for (size_t k = 0; k < evidence->problem->block_count; k++) {
        evidence->slots[k].zero_elsewhere = c_received && all_zero(evidence, other, k);
    }
    ga_study_go_back(evidence);
    (void)loss_at_point(evidence);
    const double value = prefill_value(evidence);
    if (evidence->evaluator.spent ||
        !receive(evidence, calls->is_update ? GA_FILL_NOTHING : GA_FILL_VALUE, value, other, 1)) {
        return GA_OK;
    }
    if (evidence->filled) {
        ga_study_look_for_addition(evidence, value);
    }
    if (same_gradient(evidence, b, other, &spread)) {
        return GA_OK;
    }
    (void)loss_at_point(evidence);
    if (evidence->evaluator.spent || !receive(evidence, GA_FILL_ZERO, 0.0, other, 1)) {
        return GA_OK;
    }
    ignored = 0.0;
    calls->stale = c_like_b && same_gradient(evidence, b, other, &ignored);
    calls->random_gradient = !calls->stale;
    calls->gradient_spread = fmax(spread, ignored);
    return GA_OK;
}

static ga_status make_calls(ga_evidence *evidence)
{
    ga_calls *const calls = &evidence->calls;
    const ga_problem *const problem = evidence->problem;
    *calls = (ga_calls){
        .sentinels = problem->step == NULL,
        .is_update = problem->step != NULL,
        .guarded = problem->is_flat,
        .has_joint = problem->is_flat && problem->flat.both,
        .loss_joint = (double)NAN,
        .fenv_by = "",
        .load_fenv = problem->load_fenv,
    };
    calls->loss = loss_at_point(evidence);
    calls->loss_finite = isfinite(calls->loss) || evidence->evaluator.spent;
    if (evidence->evaluator.spent || !calls->loss_finite) {
        return GA_OK;
    }
    if (!receive(evidence, GA_FILL_SENTINEL, 0.0, evidence->gradient, 1)) {
        return GA_OK;
    }
    const ga_status status = calls->sentinels ? ga_study_look_at_sentinels(evidence) : GA_OK;
    (void)loss_at_point(evidence);
    if (status != GA_OK || evidence->evaluator.spent ||
        !receive(evidence, GA_FILL_ZERO, 0.0, evidence->received, 1)) {
        return status;
    }
    calls->has_gradient = 1;
    ga_study_look_at_gradient(evidence);
    double spread = 0.0;
    const int first_differs = calls->sentinels && !same_gradient(evidence, evidence->gradient,
                                                                 evidence->received, &spread);
    ga_bits_copy(&evidence->evaluator, evidence->received, evidence->gradient);
    const ga_status compared = compare_points(evidence);
    if (first_differs && !calls->stale && !calls->random_gradient) {
        calls->random_gradient = 1; /* only the very first call differed: state all the same */
        calls->gradient_spread = spread;
    }
    return compared;
}

ga_status ga_evidence_calls(ga_evidence *evidence, const ga_calls **out)
{
    if (!evidence->calls_done) {
        evidence->calls_done = 1;
        ga_study_measure_lengths(evidence);
        const ga_status status = make_calls(evidence);
        ga_study_go_back(evidence);
        size_t b = 0;
        size_t i = 0;
        evidence->calls.restore_failed =
            ga_bits_differ(&evidence->evaluator, evidence->evaluator.point, &b, &i);
        if (status != GA_OK) {
            return status;
        }
        for (b = 0; b < evidence->problem->block_count; b++) {
            evidence->evaluator.puts_back |= evidence->slots[b].overwritten;
        }
        ga_study_hide_unwritten(evidence);
        ga_study_measure_gradients(evidence);
        if (evidence->calls.loss_finite && evidence->calls.has_gradient) {
            *out = &evidence->calls;
            return ga_study_compare_twin(evidence);
        }
    }
    *out = &evidence->calls;
    return GA_OK;
}

const ga_slots *ga_evidence_slots(const ga_evidence *evidence, size_t variable)
{
    return &evidence->slots[variable];
}
