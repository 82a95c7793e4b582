/*
 * The point, its scales, and the lines through it.
 *
 * An element's natural length is |x_i|; where x_i is 0, the rms of its variable; where all of that
 * is 0, 1. Bounds are respected by everything that moves an element.
 */
#include "study.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK = 1024 /* elements that are looked at together */
};

double ga_study_x(const ga_evidence *evidence, size_t block, size_t index)
{
    return ga_element_of(ga_bits_of(&evidence->evaluator, evidence->evaluator.point, block),
                         evidence->problem->blocks[block].dtype, index);
}

double ga_study_scale(const ga_evidence *evidence, size_t block, size_t index)
{
    const double x = fabs(ga_study_x(evidence, block, index));
    const double rms = evidence->scales[block].rms_x;
    return x > 0 ? x : rms > 0 ? rms : 1.0;
}

static uint64_t name_of(size_t block, size_t index)
{
    return ((uint64_t)block << 40) ^ (uint64_t)index;
}

/* ---- Jittered points --------------------------------------------------------------------------
 */

static ga_sweep sweep_to(const ga_evidence *evidence, size_t block, ga_jitter jitter)
{
    const double rms = evidence->scales[block].rms_x;
    return (ga_sweep){
        .kind = GA_SWEEP_HYBRID,
        .key = ga_hash(evidence->options.seed, block, GA_FOR_JITTER, jitter.number),
        .instead = rms > 0 ? rms : 1.0,
    };
}

double ga_study_jittered(const ga_evidence *evidence, size_t block, size_t index, ga_jitter jitter)
{
    const ga_block *const at = &evidence->problem->blocks[block];
    const double x = ga_study_x(evidence, block, index);
    if (at->role != GA_TRAINABLE || jitter.size == 0) {
        return x;
    }
    const ga_sweep sweep = sweep_to(evidence, block, jitter);
    double share = 0.0;
    ga_sweep_shares_f64(&sweep, &x, &x, index, 1, &share);
    double lower = 0.0;
    double upper = 0.0;
    ga_block_bounds(evidence->problem, at, index, &lower, &upper);
    double y = x + share * jitter.size;
    if (!(y >= lower && y <= upper)) {
        y = x - share * jitter.size;
    }
    if (!(y >= lower && y <= upper)) {
        y = x;
    }
    return at->dtype == GA_F32 ? (double)(float)y : y;
}

/* The elements first .. first + count of a variable without bounds, at the jittered point. */
static void fill_jittered(const ga_evidence *evidence, size_t b, ga_jitter jitter, size_t first,
                          size_t count, void *out)
{
    const ga_block *const block = &evidence->problem->blocks[b];
    const void *const x = ga_bits_of(&evidence->evaluator, evidence->evaluator.point, b);
    const ga_sweep sweep = sweep_to(evidence, b, jitter);
    if (block->dtype == GA_F32) {
        const float *const from = (const float *)x + first;
        (void)ga_sweep_f32(&sweep, from, from, out, first, count, jitter.size);
    } else {
        const double *const from = (const double *)x + first;
        (void)ga_sweep_f64(&sweep, from, from, out, first, count, jitter.size);
    }
}

void ga_study_go_to_jittered(const ga_evidence *evidence, ga_jitter jitter)
{
    for (size_t b = 0; b < evidence->home->block_count; b++) {
        const ga_block *const block = &evidence->problem->blocks[b];
        if (block->role != GA_TRAINABLE) {
            continue;
        }
        if (!ga_block_has_bounds(evidence->problem, block)) {
            fill_jittered(evidence, b, jitter, 0, block->count, block->value);
            continue;
        }
        for (size_t i = 0; i < block->count; i++) {
            ga_block_set(block, i, ga_study_jittered(evidence, b, i, jitter));
        }
    }
}

int ga_study_is_at(const ga_evidence *evidence, size_t b, ga_jitter jitter)
{
    const ga_block *const block = &evidence->problem->blocks[b];
    const size_t size = ga_dtype_size(block->dtype);
    if (jitter.size == 0 || block->role != GA_TRAINABLE) {
        const void *const x = ga_bits_of(&evidence->evaluator, evidence->evaluator.point, b);
        return memcmp(block->value, x, block->count * size) == 0;
    }
    if (ga_block_has_bounds(evidence->problem, block)) {
        return 0; /* not known so cheaply: the caller looks at each element */
    }
    double wanted[CHUNK];
    for (size_t i = 0; i < block->count; i += CHUNK) {
        const size_t count = block->count - i < CHUNK ? block->count - i : (size_t)CHUNK;
        fill_jittered(evidence, b, jitter, i, count, wanted);
        if (memcmp((const char *)block->value + i * size, wanted, count * size) != 0) {
            return 0;
        }
    }
    return 1;
}

void ga_study_go_back(const ga_evidence *evidence)
{
    ga_bits_restore(&evidence->evaluator, evidence->evaluator.point);
}

double ga_study_claimed(const ga_evidence *evidence, size_t block, size_t index)
{
    const ga_block *const at = &evidence->problem->blocks[block];
    const void *const g = ga_bits_of(&evidence->evaluator, evidence->gradient, block);
    return ga_element_of(g, at->dtype, index) / at->gradient_scale / evidence->ratio;
}

int ga_study_is_unwritten(const ga_evidence *evidence, size_t block, size_t index)
{
    const unsigned char *const bits = evidence->unwritten[block];
    return bits && ((unsigned)bits[index / 8] >> (index % 8) & 1u) != 0;
}

static double value_along_element(void *context, double t)
{
    const ga_study_line *const line = context;
    ga_study_settle(line->evidence);
    return ga_evaluate_element(&line->evidence->evaluator, line->block, line->index, line->x + t);
}

ga_line ga_study_element_line(ga_study_line *context)
{
    const ga_evidence *const evidence = context->evidence;
    const ga_block *const block = &evidence->problem->blocks[context->block];
    const double x = ga_block_get(block, context->index);
    const double scale = ga_study_scale(evidence, context->block, context->index);
    const double usual = 0.3 * evidence->scales[context->block].rms_x;
    double lower = 0.0;
    double upper = 0.0;
    ga_block_bounds(evidence->problem, block, context->index, &lower, &upper);
    context->x = x;
    return (ga_line){
        .value = value_along_element,
        .context = context,
        .at = x,
        .scale = scale,
        .reach = usual > scale ? usual : scale,
        .below = x - lower,
        .above = upper - x,
        .is_float = block->dtype == GA_F32,
        .stream = name_of(context->block, context->index),
    };
}

int ga_study_judges(const ga_evidence *evidence, size_t block)
{
    return evidence->problem->blocks[block].role == GA_TRAINABLE &&
           !evidence->slots[block].overwritten && !evidence->shares[block];
}

/* ---- Scales ------------------------------------------------------------------------------------
 */

/* Sums of squares are taken in units of the largest, which cannot overflow at 1e300 nor underflow
 * at 1e-300. */
typedef struct sizes {
    double largest, sum;
    size_t count;
} sizes;

static double rms_of(const sizes *at)
{
    return at->count ? at->largest * sqrt(at->sum / (double)at->count) : 0.0;
}

static size_t chunk_of(const ga_block *block, size_t first)
{
    return block->count - first < CHUNK ? block->count - first : (size_t)CHUNK;
}

/* The values as they stand at the point. */
static double rms_of_values(const ga_evidence *evidence, size_t b)
{
    const ga_block *const block = &evidence->problem->blocks[b];
    const void *const x = ga_bits_of(&evidence->evaluator, evidence->evaluator.point, b);
    sizes at = {.count = block->count};
    double buffer[CHUNK];
    for (size_t i = 0; i < block->count; i += CHUNK) {
        const size_t n = chunk_of(block, i);
        const double *const value = ga_elements_of(x, block->dtype, i, n, buffer);
        for (size_t k = 0; k < n; k++) {
            const double size = fabs(value[k]);
            at.largest = size > at.largest ? size : at.largest;
        }
    }
    for (size_t i = 0; at.largest > 0 && i < block->count; i += CHUNK) {
        const size_t n = chunk_of(block, i);
        const double *const value = ga_elements_of(x, block->dtype, i, n, buffer);
        for (size_t k = 0; k < n; k++) {
            const double share = value[k] / at.largest;
            at.sum += share * share;
        }
    }
    return rms_of(&at);
}

/* The loss changes |g_j| s_j of a chunk, below 0 where the claim is not finite; and |g_j|. */
static void fill_changes(const ga_evidence *evidence, size_t b, size_t first, size_t n, double *out,
                         double *sizes_g)
{
    const ga_block *const block = &evidence->problem->blocks[b];
    const double rms = evidence->scales[b].rms_x;
    const double instead = rms > 0 ? rms : 1.0;
    const double unit = fabs(block->gradient_scale * evidence->ratio);
    double values[CHUNK];
    double claims[CHUNK];
    const double *const x =
        ga_elements_of(ga_bits_of(&evidence->evaluator, evidence->evaluator.point, b), block->dtype,
                       first, n, values);
    const double *const g = ga_elements_of(ga_bits_of(&evidence->evaluator, evidence->gradient, b),
                                           block->dtype, first, n, claims);
    for (size_t k = 0; k < n; k++) {
        const double size = fabs(g[k]) / unit;
        const double change = size * (x[k] != 0 ? fabs(x[k]) : instead);
        const int is_finite = change <= DBL_MAX;
        out[k] = is_finite ? change : -1.0;
        sizes_g[k] = is_finite ? size : 0.0;
    }
}

/* The gradient of one variable: how large, and what it says of the loss. */
static void measure_gradient(const ga_evidence *evidence, size_t b, ga_scales *scales)
{
    const ga_block *const block = &evidence->problem->blocks[b];
    sizes at = {0};
    sizes of_g = {0};
    double changes[CHUNK];
    double claims[CHUNK];
    for (size_t i = 0; i < block->count; i += CHUNK) {
        const size_t n = chunk_of(block, i);
        fill_changes(evidence, b, i, n, changes, claims);
        for (size_t k = 0; k < n; k++) {
            at.largest = changes[k] > at.largest ? changes[k] : at.largest;
            at.count += changes[k] >= 0;
            of_g.largest = claims[k] > of_g.largest ? claims[k] : of_g.largest;
        }
    }
    for (size_t i = 0; at.largest > 0 && i < block->count; i += CHUNK) {
        const size_t n = chunk_of(block, i);
        fill_changes(evidence, b, i, n, changes, claims);
        for (size_t k = 0; k < n; k++) {
            const double share = changes[k] > 0 ? changes[k] / at.largest : 0.0;
            const double share_g = claims[k] / of_g.largest;
            at.sum += share * share;
            of_g.sum += share_g * share_g;
        }
    }
    scales->largest_g = of_g.largest;
    scales->norm_g = of_g.largest * sqrt(of_g.sum);
    scales->largest_change = at.largest;
    scales->finite = at.count;
    scales->rms_change = rms_of(&at);
}

static int by_size(const void *a, const void *b)
{
    const double p = *(const double *)a;
    const double q = *(const double *)b;
    return p < q ? -1 : p > q;
}

/* The middle one of `count` lengths above 0, sorted on the way; 0: there are none. */
static double middle_of(double *lengths, size_t count)
{
    if (count == 0) {
        return 0.0;
    }
    qsort(lengths, count, sizeof *lengths, by_size);
    return lengths[count / 2];
}

/* What is usual among the variables, where they have any. No memory: nothing is. */
static void measure_usual(ga_evidence *evidence)
{
    const size_t blocks = evidence->home->block_count;
    double *const lengths = calloc(2 * blocks + 1, sizeof *lengths);
    double *const changes = lengths ? lengths + blocks : NULL;
    size_t count = 0;
    size_t moving = 0;
    for (size_t b = 0; lengths && b < blocks; b++) {
        if (evidence->scales[b].rms_x > 0) {
            lengths[count++] = evidence->scales[b].rms_x;
        }
        if (evidence->scales[b].rms_change > 0) {
            changes[moving++] = evidence->scales[b].rms_change;
        }
    }
    evidence->usual_scale = count > 0 ? middle_of(lengths, count) : 1.0;
    evidence->usual_change = middle_of(changes, moving);
    free(lengths);
}

void ga_study_measure_lengths(ga_evidence *evidence)
{
    for (size_t b = 0; b < evidence->home->block_count; b++) {
        const ga_block *const block = &evidence->problem->blocks[b];
        evidence->scales[b] =
            (ga_scales){.rms_x = rms_of_values(evidence, b), .root = sqrt((double)block->count)};
    }
}

void ga_study_measure_gradients(ga_evidence *evidence)
{
    evidence->largest_change = 0.0;
    for (size_t b = 0; b < evidence->home->block_count; b++) {
        ga_scales *const scales = &evidence->scales[b];
        if (evidence->calls.has_gradient && evidence->problem->blocks[b].role == GA_TRAINABLE) {
            measure_gradient(evidence, b, scales);
            evidence->largest_change = fmax(evidence->largest_change, scales->largest_change);
        }
    }
    measure_usual(evidence);
}

void ga_study_measure_scales(ga_evidence *evidence)
{
    ga_study_measure_lengths(evidence);
    ga_study_measure_gradients(evidence);
}
