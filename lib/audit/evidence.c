/* Evidence: its life, and what can be said of the description alone. The measuring is in the files
 * that study.h lists. */
#include "study.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void describe(ga_evidence *evidence)
{
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        const ga_block *const block = &evidence->problem->blocks[b];
        evidence->described[b] = (ga_described){
            .name = block->name,
            .dtype = block->dtype,
            .role = block->role,
            .elements = block->count,
            .is_tensor = block->is_tensor,
            .gradient_scale = block->gradient_scale,
            .accumulates = block->accumulates,
            .file = block->file,
            .line = block->line,
        };
    }
}

static ga_status allocate(ga_evidence *evidence)
{
    const size_t count = evidence->problem->block_count + 1; /* never 0 */
    evidence->described = calloc(count, sizeof *evidence->described);
    evidence->shares = calloc(count, sizeof *evidence->shares);
    evidence->slots = calloc(count, sizeof *evidence->slots);
    evidence->unwritten = calloc(count, sizeof *evidence->unwritten);
    evidence->scales = calloc(count, sizeof *evidence->scales);
    evidence->reactions = calloc(count, sizeof *evidence->reactions);
    evidence->statements = calloc(count, sizeof *evidence->statements);
    if (!evidence->described || !evidence->shares || !evidence->slots || !evidence->unwritten ||
        !evidence->scales || !evidence->reactions || !evidence->statements) {
        return GA_ENOMEM;
    }
    ga_status status =
        ga_evaluator_begin(&evidence->evaluator, evidence->problem, &evidence->options);
    if (status == GA_OK) {
        status = ga_bits_new(&evidence->evaluator, &evidence->gradient);
    }
    if (status == GA_OK) {
        status = ga_bits_can_view(&evidence->evaluator)
                     ? GA_OK
                     : ga_bits_new(&evidence->evaluator, &evidence->received);
    }
    return status;
}

static void mark_overlaps(ga_evidence *evidence);

ga_status ga_evidence_new(ga_problem *problem, const ga_options *options, ga_result *result,
                          ga_evidence **out)
{
    ga_evidence *const evidence = calloc(1, sizeof *evidence);
    *out = NULL;
    if (!evidence) {
        return GA_ENOMEM;
    }
    evidence->problem = problem;
    evidence->home = problem;
    evidence->unexplained = (double)NAN;
    evidence->options = *options;
    evidence->result = result;
    evidence->ratio = 1.0;
    evidence->loss_aside = (double)NAN;
    const ga_status status = allocate(evidence);
    if (status != GA_OK) {
        ga_evidence_free(evidence);
        return status;
    }
    for (size_t b = 0; b < problem->block_count; b++) {
        evidence->statements[b].resolution = (double)NAN;
        evidence->statements[b].seen_share = (double)NAN;
    }
    evidence->statement = (ga_statement){.resolution = (double)NAN, .seen_share = (double)NAN};
    evidence->evaluator.workers = options->workers;
    describe(evidence);
    mark_overlaps(evidence);
    *out = evidence;
    return GA_OK;
}

/* The user's gradient buffers have received gradients of other points since, over sentinels and
 * over other values: leave them with that of the point. */
static void put_back_gradients(const ga_evidence *evidence)
{
    const ga_problem *const problem = evidence->home;
    if (!evidence->calls.has_gradient || problem->is_flat || problem->step || problem->locate) {
        return; /* the buffers are ours, or nobody knows whether they are still there */
    }
    for (size_t b = 0; b < problem->block_count; b++) {
        const ga_block *const block = &problem->blocks[b];
        const size_t size = ga_dtype_size(block->dtype);
        const char *const from = ga_bits_of(&evidence->evaluator, evidence->gradient, b);
        if (block->role != GA_TRAINABLE || evidence->shares[b]) {
            continue;
        }
        if (!evidence->unwritten[b]) {
            memcpy(block->grad, from, block->count * size);
            continue;
        }
        for (size_t i = 0; i < block->count; i++) {
            if (!ga_study_is_unwritten(evidence, b, i)) {
                memcpy((char *)block->grad + i * size, from + i * size, size);
            }
        }
    }
}

void ga_evidence_free(ga_evidence *evidence)
{
    if (!evidence) {
        return;
    }
    ga_study_use_own(evidence);
    if (evidence->evaluator.point.bytes) {
        ga_study_go_back(evidence);
        put_back_gradients(evidence);
    }
    for (size_t b = 0; evidence->unwritten && b < evidence->problem->block_count; b++) {
        free(evidence->unwritten[b]);
    }
    free(evidence->unwritten);
    free(evidence->described);
    free(evidence->shares);
    free(evidence->slots);
    free(evidence->scales);
    free(evidence->reactions);
    free(evidence->statements);
    free(evidence->screens);
    free(evidence->field_first);
    free(evidence->field_block);
    free(evidence->remarks);
    ga_study_forget_restless(evidence);
    ga_bits_free(&evidence->gradient);
    ga_bits_free(&evidence->received);
    ga_bits_free(&evidence->twin_gradient);
    ga_evaluator_end(&evidence->twin);
    ga_evaluator_end(&evidence->evaluator);
    free(evidence);
}

const char *ga_evidence_why_not(const ga_evidence *evidence)
{
    return evidence->why_not ? evidence->why_not : "not measured";
}

size_t ga_evidence_variable_count(const ga_evidence *evidence)
{
    return evidence->problem->block_count;
}

const ga_described *ga_evidence_variable(const ga_evidence *evidence, size_t variable)
{
    return &evidence->described[variable];
}

enum {
    MOST_OVERLAPS = 64 /* pairs that are named and marked; nobody reads more */
};

static void mark_overlaps(ga_evidence *evidence)
{
    ga_overlap found[MOST_OVERLAPS];
    const size_t count = ga_problem_overlaps(evidence->problem, found, MOST_OVERLAPS);
    for (size_t i = 0; i < count && i < MOST_OVERLAPS; i++) {
        evidence->shares[found[i].first] = 1;
        evidence->shares[found[i].second] = 1;
    }
}

size_t ga_evidence_overlaps(const ga_evidence *evidence, ga_shared_memory *pairs, size_t most)
{
    ga_overlap found[MOST_OVERLAPS];
    const size_t wanted = most < MOST_OVERLAPS ? most : (size_t)MOST_OVERLAPS;
    const size_t count = ga_problem_overlaps(evidence->problem, found, wanted);
    for (size_t i = 0; i < count && i < wanted; i++) {
        pairs[i] = (ga_shared_memory){
            .first = evidence->problem->blocks[found[i].first].name,
            .second = evidence->problem->blocks[found[i].second].name,
            .second_variable = found[i].second,
            .kind = (ga_sharing)found[i].of_gradients,
            .bytes = found[i].bytes,
        };
    }
    return count;
}

size_t ga_evidence_created(const ga_evidence *evidence, ga_created *created, size_t most)
{
    const ga_problem *const problem = evidence->problem;
    size_t count = 0;
    for (size_t i = 0; i < problem->intrusion_count && count < most; i++) {
        const ga_intrusion *const intrusion = &problem->intrusions[i];
        created[count++] = (ga_created){
            .name = intrusion->name,
            .file = intrusion->file,
            .line = intrusion->line,
            .call = (size_t)intrusion->loss_call,
            .times = intrusion->times,
        };
    }
    if (evidence->evaluator.moves > 0 && count < most) {
        const ga_block *const block = &problem->blocks[evidence->evaluator.moved_block];
        created[count++] = (ga_created){
            .name = block->name,
            .file = block->file,
            .line = block->line,
            .times = evidence->evaluator.moves,
            .moved = 1,
        };
    }
    return count;
}
