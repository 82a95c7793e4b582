/*
 * Gradient calls under guard.
 *
 * Before a call the receiving buffers are filled with a signalling NaN of known bits: after it, the
 * same bits mean "never written", the same bits made quiet mean "read, and something was added",
 * any other NaN was computed. In the flat form the buffer is ours and has guard elements on both
 * sides.
 */
#include "evaluator.h"

#include <math.h>
#include <string.h>

/* Signalling: the quiet bit (52nd, or 23rd) is clear, and some other bit of the fraction is set. */
static const uint64_t SENTINEL_64 = 0x7FF4C0DE5AFE0000u; /* index in the low 16 bits */
static const uint32_t SENTINEL_32 = 0x7FA5C0DEu;
static const uint64_t GUARD = 0x7FF4CA9A47F00000u; /* likewise */
static const uint64_t QUIET_64 = 0x0008000000000000u;
static const uint32_t QUIET_32 = 0x00400000u;

enum {
    GUARD_ELEMENTS = 64
}; /* on either side: a row written too far, not only one element */

static uint64_t sentinel_64(size_t index)
{
    return SENTINEL_64 | (index & 0xffffu);
}

ga_trace ga_trace_slot(const void *elements, ga_dtype dtype, size_t index)
{
    if (dtype == GA_F32) {
        uint32_t bits = 0;
        memcpy(&bits, (const char *)elements + index * sizeof bits, sizeof bits);
        const uint32_t magnitude = bits & 0x7fffffffu;
        return bits == SENTINEL_32                     ? GA_TRACE_UNWRITTEN
               : magnitude == (SENTINEL_32 | QUIET_32) ? GA_TRACE_ADDED_TO
               : magnitude > 0x7f800000u               ? GA_TRACE_NAN
               : magnitude == 0x7f800000u              ? GA_TRACE_INFINITE
                                                       : GA_TRACE_FINITE;
    }
    uint64_t bits = 0;
    memcpy(&bits, (const char *)elements + index * sizeof bits, sizeof bits);
    const uint64_t magnitude = bits & 0x7fffffffffffffffu;
    return bits == sentinel_64(index)                     ? GA_TRACE_UNWRITTEN
           : magnitude == (sentinel_64(index) | QUIET_64) ? GA_TRACE_ADDED_TO
           : magnitude > 0x7ff0000000000000u              ? GA_TRACE_NAN
           : magnitude == 0x7ff0000000000000u             ? GA_TRACE_INFINITE
                                                          : GA_TRACE_FINITE;
}

static void fill_sentinels(void *elements, ga_dtype dtype, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (dtype == GA_F32) {
            memcpy((char *)elements + i * sizeof SENTINEL_32, &SENTINEL_32, sizeof SENTINEL_32);
        } else {
            const uint64_t bits = sentinel_64(i);
            memcpy((char *)elements + i * sizeof bits, &bits, sizeof bits);
        }
    }
}

static void fill_value(void *elements, ga_dtype dtype, size_t count, double value)
{
    for (size_t i = 0; i < count; i++) {
        if (dtype == GA_F32) {
            ((float *)elements)[i] = (float)value;
        } else {
            ((double *)elements)[i] = value;
        }
    }
}

/* In our own buffer (flat) or in the user's. */
void *ga_gradient_receiver(const ga_evaluator *evaluator, const ga_block *block)
{
    return evaluator->problem->is_flat
               ? (void *)(evaluator->guarded + GUARD_ELEMENTS + block->offset)
               : block->grad;
}

static void fill_blocks(ga_evaluator *evaluator, ga_fill fill, double value)
{
    for (size_t b = 0; b < evaluator->problem->block_count; b++) {
        const ga_block *const block = &evaluator->problem->blocks[b];
        void *const g = ga_gradient_receiver(evaluator, block);
        if (!g || block->role != GA_TRAINABLE || fill == GA_FILL_NOTHING) {
            continue;
        }
        if (fill == GA_FILL_SENTINEL && !block->accumulates) {
            fill_sentinels(g, block->dtype, block->count);
        } else {
            fill_value(g, block->dtype, block->count, fill == GA_FILL_VALUE ? value : 0.0);
        }
    }
}

static void set_guards(ga_evaluator *evaluator)
{
    if (!evaluator->guarded) {
        return;
    }
    double *const end = evaluator->guarded + GUARD_ELEMENTS + evaluator->problem->flat.n;
    for (size_t i = 0; i < GUARD_ELEMENTS; i++) {
        const uint64_t bits = GUARD | i;
        memcpy(evaluator->guarded + i, &bits, sizeof bits);
        memcpy(end + i, &bits, sizeof bits);
    }
}

static size_t guards_broken(const double *guard)
{
    size_t broken = 0;
    for (size_t i = 0; i < GUARD_ELEMENTS; i++) {
        const uint64_t bits = GUARD | i;
        broken += memcmp(guard + i, &bits, sizeof bits) != 0;
    }
    return broken;
}

size_t ga_guarded_elements(size_t n)
{
    const size_t guards = 2 * (size_t)GUARD_ELEMENTS;
    return n > SIZE_MAX / sizeof(double) - guards ? 0 : n + guards;
}

/* The gradient that an in-place update amounts to: (before - after) / rate. */
static void receive_update(ga_evaluator *evaluator, ga_bits before, ga_bits out)
{
    const double rate = evaluator->problem->step_rate;
    for (size_t b = 0; b < evaluator->problem->block_count; b++) {
        const ga_block *const block = &evaluator->problem->blocks[b];
        if (block->role != GA_TRAINABLE) {
            continue;
        }
        const void *const old = ga_bits_of(evaluator, before, b);
        void *const g = ga_bits_of(evaluator, out, b);
        for (size_t i = 0; i < block->count; i++) {
            const double change = ga_element_of(old, block->dtype, i) - ga_block_get(block, i);
            if (block->dtype == GA_F32) {
                ((float *)g)[i] = (float)(change / rate);
            } else {
                ((double *)g)[i] = change / rate;
            }
        }
    }
}

static void copy_received(const ga_evaluator *evaluator, ga_bits out)
{
    for (size_t b = 0; b < evaluator->problem->block_count; b++) {
        const ga_block *const block = &evaluator->problem->blocks[b];
        const void *const g = ga_gradient_receiver(evaluator, block);
        void *const to = ga_bits_of(evaluator, out, b);
        if (block->role != GA_TRAINABLE) {
            continue;
        }
        if (g) {
            memcpy(to, g, block->count * ga_dtype_size(block->dtype));
        } else { /* nobody ever said where it is: nothing was written */
            fill_sentinels(to, block->dtype, block->count);
        }
    }
}

/* Asks where the gradients are; returns whether any is not where it was. */
static int locate_gradients(ga_problem *problem)
{
    int moved = 0;
    for (size_t b = 0; problem->locate && b < problem->block_count; b++) {
        ga_block *const block = &problem->blocks[b];
        void *value = block->value;
        void *grad = block->grad;
        if (problem->locate(problem->user, block->name, &value, &grad) == 0) {
            moved |= grad != block->grad;
            block->grad = grad;
        }
    }
    return moved;
}

void ga_evaluate_gradient(ga_evaluator *evaluator, ga_fill fill, double value, ga_bits out,
                          ga_received *received)
{
    ga_problem *const problem = evaluator->problem;
    ga_activity *const activity = problem->activity;
    *received = (ga_received){.joint = (double)NAN};
    evaluator->gradient_calls++;
    if (problem->hooks.reset && problem->is_flat) { /* else it would clear what the loss has left */
        problem->hooks.reset(problem->hooks.user);
    }
    if (problem->hooks.reseed) {
        problem->hooks.reseed(evaluator->seed, problem->hooks.user);
    }
    if (activity) {
        activity->gradient_calls++;
        activity->phase = problem->step ? GA_PHASE_UPDATE : GA_PHASE_GRADIENT;
    }

    if (problem->step) {
        ga_bits_save(evaluator,
                     out); /* what the values were; overwritten in place by the gradient */
        received->refused = evaluator->backend->step(problem);
        receive_update(evaluator, out, out);
        if (activity) {
            activity->phase = GA_PHASE_NONE;
        }
        return;
    }

    set_guards(evaluator);
    fill_blocks(evaluator, fill, value);
    received->filled = fill != GA_FILL_NOTHING;
    for (size_t b = 0; b < problem->block_count; b++) {
        if (problem->blocks[b].role == GA_TRAINABLE &&
            !ga_gradient_receiver(evaluator, &problem->blocks[b])) {
            received->filled = 0; /* not there yet: the first call allocates it */
        }
    }
    received->refused = evaluator->backend->gradient(
        problem, evaluator->guarded ? evaluator->guarded + GUARD_ELEMENTS : NULL, &received->joint);
    if (locate_gradients(problem)) {
        received->filled = 0; /* received in buffers that were not ours to fill */
    }
    if (activity) {
        activity->phase = GA_PHASE_NONE;
    }
    if (evaluator->guarded) {
        received->before = guards_broken(evaluator->guarded);
        received->after = guards_broken(evaluator->guarded + GUARD_ELEMENTS + problem->flat.n);
    }
    if (out.bytes) {
        copy_received(evaluator, out);
    }
}
