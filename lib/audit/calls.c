/*
 * The contract phase: a handful of guarded calls.
 *
 * Four gradient calls (a fifth when two differ), each right after a loss call at the same point,
 * tell apart what a single comparison mixes up: a slot that was never written, a buffer that is
 * added to, a gradient of the point before, a gradient that is random. No difference quotient is
 * needed for any.
 */
#include "study.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* How far the jittered point lies from x, in scales: far enough to differ in every float, near
 * enough to stay in the domain. A second try, where the loss is not finite there. */
static const double JITTER = 0x1p-10;
static const double JITTER_SMALL = 0x1p-20;

static size_t trainable_slot_count(const ga_evidence *evidence, size_t b)
{
    const ga_block *const block = &evidence->problem->blocks[b];
    return block->role == GA_TRAINABLE ? block->count : 0;
}

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
static void note_changes(ga_evidence *evidence, int at_point, int by_loss)
{
    const ga_jitter jitter = at_point ? (ga_jitter){0} : evidence->jitter;
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
    note_changes(evidence, 1, 1);
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
    if (!calls->is_update) {
        note_changes(evidence, at_point, 0);
    }
    ga_study_go_back(evidence);
    return received.refused == 0;
}

enum {
    CHUNK = 1024 /* slots that are looked at together */
};

/* `count` slots from `first` on as doubles, or NULL when some are not finite: those want a look at
 * their bits. */
static const double *finite_slots(const void *g, ga_dtype dtype, size_t first, size_t count,
                                  double buffer[CHUNK])
{
    const double *const values = ga_elements_of(g, dtype, first, count, buffer);
    size_t finite = 0;
    for (size_t i = 0; i < count; i++) {
        finite += fabs(values[i]) <= DBL_MAX;
    }
    return finite == count ? values : NULL;
}

static size_t chunk_from(size_t count, size_t first)
{
    return count - first < CHUNK ? count - first : (size_t)CHUNK;
}

static ga_status mark_unwritten(ga_evidence *evidence, size_t b, size_t index)
{
    ga_slots *const slots = &evidence->slots[b];
    if (!evidence->unwritten[b]) {
        evidence->unwritten[b] = calloc(evidence->problem->blocks[b].count / 8 + 1, 1);
        if (!evidence->unwritten[b]) {
            return GA_ENOMEM;
        }
    }
    evidence->unwritten[b][index / 8] |= (unsigned char)(1u << (index % 8));
    if (slots->first_count < GA_MAX_INDICES) {
        slots->first[slots->first_count++] = index;
    }
    slots->unwritten++;
    return GA_OK;
}

static ga_status look_at_bits(ga_evidence *evidence, size_t b, const void *g, size_t first,
                              size_t count)
{
    for (size_t i = first; i < first + count; i++) {
        const ga_trace trace = ga_trace_slot(g, evidence->problem->blocks[b].dtype, i);
        evidence->slots[b].added += trace == GA_TRACE_ADDED_TO;
        if (trace == GA_TRACE_UNWRITTEN && mark_unwritten(evidence, b, i) != GA_OK) {
            return GA_ENOMEM;
        }
    }
    return GA_OK;
}

/* A: over sentinels. Which slots were never written, which were added to? */
static ga_status look_at_sentinels(ga_evidence *evidence)
{
    double buffer[CHUNK];
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        const ga_dtype dtype = evidence->problem->blocks[b].dtype;
        const void *const g = ga_bits_of(&evidence->evaluator, evidence->gradient, b);
        const size_t slots = trainable_slot_count(evidence, b);
        for (size_t i = 0; i < slots; i += CHUNK) {
            const size_t count = chunk_from(slots, i);
            if (!finite_slots(g, dtype, i, count, buffer) &&
                look_at_bits(evidence, b, g, i, count) != GA_OK) {
                return GA_ENOMEM;
            }
        }
    }
    return GA_OK;
}

typedef struct extent {
    double largest, smallest; /* |g| over finite slots; smallest above 0 */
} extent;

static void count_finite(ga_slots *slots, const double *g, size_t count, extent *out)
{
    size_t zero = 0;
    for (size_t i = 0; i < count; i++) {
        const double size = fabs(g[i]);
        zero += size == 0;
        out->largest = size > out->largest ? size : out->largest;
        out->smallest = size > 0 && size < out->smallest ? size : out->smallest;
    }
    slots->zero += zero;
}

/* One by one, where some slot of A or B is not finite. A NaN of A that is a number in B came from
 * A's fill. */
static void count_slots(ga_evidence *evidence, size_t b, const void *before, const void *g,
                        size_t first, size_t count, extent *out)
{
    const ga_dtype dtype = evidence->problem->blocks[b].dtype;
    ga_slots *const slots = &evidence->slots[b];
    for (size_t i = first; i < first + count; i++) {
        if (ga_study_is_unwritten(evidence, b, i)) {
            continue;
        }
        const ga_trace trace = ga_trace_slot(g, dtype, i);
        if (trace == GA_TRACE_FINITE) {
            const double value = ga_element_of(g, dtype, i);
            count_finite(slots, &value, 1, out);
            slots->added += ga_trace_slot(before, dtype, i) == GA_TRACE_NAN;
            continue;
        }
        slots->nan += trace != GA_TRACE_INFINITE;
        slots->infinite += trace == GA_TRACE_INFINITE;
        if (slots->unwritten == 0 && slots->first_count < GA_MAX_INDICES) {
            slots->first[slots->first_count++] = i;
        }
    }
}

static double norm_of(const void *g, ga_dtype dtype, size_t slots, double largest)
{
    double sum = 0.0;
    double buffer[CHUNK];
    for (size_t i = 0; largest > 0 && i < slots; i += CHUNK) {
        const size_t count = chunk_from(slots, i);
        const double *const values = ga_elements_of(g, dtype, i, count, buffer);
        for (size_t k = 0; k < count; k++) {
            const double share = fabs(values[k]) <= DBL_MAX ? values[k] / largest : 0.0;
            sum += share * share;
        }
    }
    return largest * sqrt(sum);
}

/* B: what is audited. Zeros, NaNs, sizes. */
static void look_at_gradient(ga_evidence *evidence)
{
    double of_a[CHUNK];
    double of_b[CHUNK];
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        const ga_dtype dtype = evidence->problem->blocks[b].dtype;
        const void *const before = ga_bits_of(&evidence->evaluator, evidence->gradient, b);
        const void *const g = ga_bits_of(&evidence->evaluator, evidence->received, b);
        const size_t count_all = trainable_slot_count(evidence, b);
        ga_slots *const slots = &evidence->slots[b];
        extent sizes = {.smallest = (double)INFINITY};
        for (size_t i = 0; i < count_all; i += CHUNK) {
            const size_t count = chunk_from(count_all, i);
            const double *const values = finite_slots(g, dtype, i, count, of_b);
            if (values && finite_slots(before, dtype, i, count, of_a)) {
                count_finite(slots, values, count, &sizes);
            } else {
                count_slots(evidence, b, before, g, i, count, &sizes);
            }
        }
        slots->largest = sizes.largest;
        slots->smallest = isfinite(sizes.smallest) ? sizes.smallest : 0.0;
        slots->norm = slots->nan        ? (double)NAN
                      : slots->infinite ? (double)INFINITY
                                        : norm_of(g, dtype, count_all, sizes.largest);
    }
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
        for (size_t i = 0; i < trainable_slot_count(evidence, block); i++) {
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
    for (size_t i = 0; i < trainable_slot_count(evidence, block); i++) {
        if (!(ga_element_of(elements, at->dtype, i) == 0)) {
            return 0;
        }
    }
    return 1;
}

/* D was received over `value`: B + value where the callback adds, B where it writes. */
static void look_for_addition(ga_evidence *evidence, double value)
{
    double of_b[CHUNK];
    double of_d[CHUNK];
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        const ga_block *const block = &evidence->problem->blocks[b];
        ga_slots *const slots = &evidence->slots[b];
        const void *const plain = ga_bits_of(&evidence->evaluator, evidence->gradient, b);
        const void *const after = ga_bits_of(&evidence->evaluator, evidence->received, b);
        const size_t count_all = trainable_slot_count(evidence, b);
        size_t kept = 0;
        size_t added = 0;
        for (size_t i = 0; i < count_all; i += CHUNK) {
            const size_t count = chunk_from(count_all, i);
            const double *const p = ga_elements_of(plain, block->dtype, i, count, of_b);
            const double *const q = ga_elements_of(after, block->dtype, i, count, of_d);
            for (size_t k = 0; k < count; k++) {
                const double gap = q[k] - p[k];             /* of what is not finite: neither */
                added += fabs(gap - value) <= 1e-3 * value; /* the sum's own rounding, amply */
                kept += fabs(gap) <= 1e-3 * value;
            }
            for (size_t k = 0; evidence->unwritten[b] && k < count; k++) {
                const double gap = q[k] - p[k];
                if (ga_study_is_unwritten(evidence, b, i + k)) { /* says nothing */
                    added -= fabs(gap - value) <= 1e-3 * value;
                    kept -= fabs(gap) <= 1e-3 * value;
                }
            }
        }
        if (block->accumulates) {
            slots->overwrites = kept > 0 && added == 0;
        } else {
            slots->accumulates = slots->added > 0 || (added > 0 && kept == 0);
        }
    }
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
            note_changes(evidence, 0, 1);
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
        look_for_addition(evidence, value);
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
    const ga_status status = calls->sentinels ? look_at_sentinels(evidence) : GA_OK;
    (void)loss_at_point(evidence);
    if (status != GA_OK || evidence->evaluator.spent ||
        !receive(evidence, GA_FILL_ZERO, 0.0, evidence->received, 1)) {
        return status;
    }
    calls->has_gradient = 1;
    look_at_gradient(evidence);
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

static void hide_block(ga_evidence *evidence, size_t b)
{
    const ga_block *const block = &evidence->problem->blocks[b];
    void *const g = ga_bits_of(&evidence->evaluator, evidence->gradient, b);
    for (size_t i = 0; i < block->count; i++) {
        if (!ga_study_is_unwritten(evidence, b, i)) {
            continue;
        }
        if (block->dtype == GA_F32) {
            ((float *)g)[i] = NAN;
        } else {
            ((double *)g)[i] = (double)NAN;
        }
    }
}

void ga_study_hide_unwritten(ga_evidence *evidence)
{
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        if (evidence->unwritten[b]) {
            hide_block(evidence, b);
        }
    }
}

ga_status ga_evidence_calls(ga_evidence *evidence, const ga_calls **out)
{
    if (!evidence->calls_done) {
        evidence->calls_done = 1;
        for (size_t b = 0; b < evidence->problem->block_count; b++) {
            evidence->scales[b].rms_x = 0.0;
        }
        ga_study_measure_scales(evidence);
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
        ga_study_measure_scales(evidence);
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
