/*
 * What the slots of a gradient show, by their bits: which were never written, which were added to,
 * which are not finite; and how large the rest is. Chunks that are finite throughout, as nearly all
 * are, are looked at as numbers.
 */
#include "study.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

size_t ga_study_slot_count(const ga_evidence *evidence, size_t b)
{
    const ga_block *const block = &evidence->problem->blocks[b];
    return block->role == GA_TRAINABLE ? block->count : 0;
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
ga_status ga_study_look_at_sentinels(ga_evidence *evidence)
{
    double buffer[CHUNK];
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        const ga_dtype dtype = evidence->problem->blocks[b].dtype;
        const void *const g = ga_bits_of(&evidence->evaluator, evidence->gradient, b);
        const size_t slots = ga_study_slot_count(evidence, b);
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
void ga_study_look_at_gradient(ga_evidence *evidence)
{
    double of_a[CHUNK];
    double of_b[CHUNK];
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        const ga_dtype dtype = evidence->problem->blocks[b].dtype;
        const void *const before = ga_bits_of(&evidence->evaluator, evidence->gradient, b);
        const void *const g = ga_bits_of(&evidence->evaluator, evidence->received, b);
        const size_t count_all = ga_study_slot_count(evidence, b);
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

/* D was received over `value`: B + value where the callback adds, B where it writes. */
void ga_study_look_for_addition(ga_evidence *evidence, double value)
{
    double of_b[CHUNK];
    double of_d[CHUNK];
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        const ga_block *const block = &evidence->problem->blocks[b];
        ga_slots *const slots = &evidence->slots[b];
        const void *const plain = ga_bits_of(&evidence->evaluator, evidence->gradient, b);
        const void *const after = ga_bits_of(&evidence->evaluator, evidence->received, b);
        const size_t count_all = ga_study_slot_count(evidence, b);
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
