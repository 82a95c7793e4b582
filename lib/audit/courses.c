/*
 * Moving all elements at once, along directions that are never stored: the dense line that the
 * noise is measured along, and the field in which directions are measured and wrong elements
 * located.
 *
 * The field numbers the elements of the judged variables from 0 on, in their order; a direction's
 * share of an element depends on that number alone.
 */
#include "study.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Elements with less room than this share of their scale stay out of the dense line: they would
 * leave it no room either. 7 spacings of 1.2 x 2^-12, 1.5 times as long, are 0.003. */
static const double DENSE_ROOM = 0.01;

/* Directions go at most COURSE_REACH far; with 1.5 times that for the longest share, an element
 * that has less room stays where it is, and is not covered. */
static const double COURSE_REACH = 0.1;
static const double COURSE_ROOM = 0.15;

enum {
    CHUNK = 1024,
    DENSE_NUMBER = 0 /* of the course the noise is measured along; GA_FOR_DENSE */
};

/* ---- The numbering ---------------------------------------------------------------------------
 */

ga_status ga_study_number_elements(ga_evidence *evidence)
{
    const size_t blocks = evidence->home->block_count;
    free(evidence->field_first);
    free(evidence->field_block);
    evidence->field_first = calloc(blocks + 1, sizeof *evidence->field_first);
    evidence->field_block = calloc(blocks + 1, sizeof *evidence->field_block);
    if (!evidence->field_first || !evidence->field_block) {
        return GA_ENOMEM;
    }
    size_t variables = 0;
    size_t count = 0;
    for (size_t b = 0; b < blocks; b++) {
        if (ga_study_judges(evidence, b)) {
            evidence->field_block[variables] = b;
            evidence->field_first[variables++] = count;
            count += evidence->problem->blocks[b].count;
        }
    }
    evidence->field_first[variables] = count;
    evidence->field_variables = variables;
    return GA_OK;
}

size_t ga_study_judged(const ga_evidence *evidence)
{
    return evidence->field_first[evidence->field_variables];
}

size_t ga_study_variable_of(const ga_evidence *evidence, size_t element)
{
    size_t low = 0;
    size_t high = evidence->field_variables;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (evidence->field_first[middle] <= element) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

void ga_study_find(const ga_evidence *evidence, size_t element, size_t *block, size_t *index)
{
    const size_t variable = ga_study_variable_of(evidence, element);
    *block = evidence->field_block[variable];
    *index = element - evidence->field_first[variable];
}

/* ---- Sweeps over a part of a variable ---------------------------------------------------------
 */

/* Elements `first` .. `first + count` of a block, whose first element has the field's number
 * `number`. */
typedef struct stretch {
    size_t block, first, count;
    uint64_t number;
} stretch;

static ga_sweep sweep_of(const ga_evidence *evidence, const ga_course *course, size_t b)
{
    const double rms = evidence->scales[b].rms_x;
    const double usual = rms > 0 ? rms : evidence->usual_scale;
    return (ga_sweep){
        .kind = course->kind,
        .key = ga_hash(evidence->options.seed, course->number, GA_FOR_COURSE, 0),
        .scale = evidence->problem->blocks[b].is_tensor ? usual : 0.0,
        .instead = usual,
    };
}

static const void *part(const ga_evidence *evidence, ga_bits bits, const stretch *at)
{
    const size_t size = ga_dtype_size(evidence->problem->blocks[at->block].dtype);
    return (const char *)ga_bits_of(&evidence->evaluator, bits, at->block) + at->first * size;
}

static void shares_of(const ga_evidence *evidence, const ga_sweep *sweep, const stretch *at,
                      double *v)
{
    const void *const x = part(evidence, evidence->evaluator.point, at);
    const void *const g = part(evidence, evidence->gradient, at);
    if (evidence->problem->blocks[at->block].dtype == GA_F32) {
        ga_sweep_shares_f32(sweep, x, g, at->number, at->count, v);
    } else {
        ga_sweep_shares_f64(sweep, x, g, at->number, at->count, v);
    }
}

/* Shares of what has room enough; 0 for the rest. At most CHUNK elements. */
static void bounded_shares(const ga_evidence *evidence, const ga_sweep *sweep, const stretch *at,
                           double room, double *v)
{
    const ga_block *const block = &evidence->problem->blocks[at->block];
    shares_of(evidence, sweep, at, v);
    for (size_t i = 0; i < at->count; i++) {
        const double x = ga_study_x(evidence, at->block, at->first + i);
        double lower = 0.0;
        double upper = 0.0;
        ga_block_bounds(evidence->problem, block, at->first + i, &lower, &upper);
        const double scale = sweep->scale > 0 ? sweep->scale : x != 0 ? fabs(x) : sweep->instead;
        if (!(fmin(x - lower, upper - x) >= room * scale)) {
            v[i] = 0.0;
        }
    }
}

/* x + t v for a stretch with bounds, which need a look at each element. */
static double move_bounded(const ga_evidence *evidence, const ga_sweep *sweep, const stretch *at,
                           double room, double t)
{
    const ga_block *const block = &evidence->problem->blocks[at->block];
    double predicted = 0.0;
    double v[CHUNK];
    for (size_t i = 0; i < at->count; i += CHUNK) {
        const stretch piece = {.block = at->block,
                               .first = at->first + i,
                               .count = at->count - i < CHUNK ? at->count - i : (size_t)CHUNK,
                               .number = at->number + i};
        bounded_shares(evidence, sweep, &piece, room, v);
        const void *const g = part(evidence, evidence->gradient, &piece);
        for (size_t k = 0; k < piece.count; k++) {
            const size_t index = piece.first + k;
            const double x = ga_study_x(evidence, at->block, index);
            const double y = x + t * v[k];
            const double moved = block->dtype == GA_F32 ? (double)(float)y : y;
            ga_block_set(block, index, moved);
            predicted += v[k] != 0 ? ga_element_of(g, block->dtype, k) * (moved - x) : 0.0;
        }
    }
    return predicted;
}

static double move_stretch(const ga_evidence *evidence, const ga_sweep *sweep, const stretch *at,
                           double room, double t)
{
    const ga_block *const block = &evidence->problem->blocks[at->block];
    const double unit = block->gradient_scale * evidence->ratio;
    if (ga_block_has_bounds(evidence->problem, block)) {
        return move_bounded(evidence, sweep, at, room, t) / unit;
    }
    const void *const x = part(evidence, evidence->evaluator.point, at);
    const void *const g = part(evidence, evidence->gradient, at);
    return (block->dtype == GA_F32 ? ga_sweep_f32(sweep, x, g, (float *)block->value + at->first,
                                                  at->number, at->count, t)
                                   : ga_sweep_f64(sweep, x, g, (double *)block->value + at->first,
                                                  at->number, at->count, t)) /
           unit;
}

/* The next stretch of a range of the field from *element on; 0: there is none. */
static int next_stretch(const ga_evidence *evidence, size_t end, size_t *element, stretch *out)
{
    if (*element >= end) {
        return 0;
    }
    const size_t v = ga_study_variable_of(evidence, *element);
    const size_t stop = evidence->field_first[v + 1] < end ? evidence->field_first[v + 1] : end;
    *out = (stretch){.block = evidence->field_block[v],
                     .first = *element - evidence->field_first[v],
                     .count = stop - *element,
                     .number = *element};
    *element = stop;
    return 1;
}

/*
 * Evaluations follow each other over the same range, and each sets every element of it: they are
 * put back only when the next is over another range, and at the end.
 */
static void move_range(ga_evidence *evidence, size_t first, size_t end)
{
    if (evidence->moved_first == first && evidence->moved_end == end) {
        return;
    }
    stretch at;
    for (size_t j = evidence->moved_first; next_stretch(evidence, evidence->moved_end, &j, &at);) {
        const ga_block *const block = &evidence->problem->blocks[at.block];
        const size_t size = ga_dtype_size(block->dtype);
        memcpy((char *)block->value + at.first * size,
               part(evidence, evidence->evaluator.point, &at), at.count * size);
    }
    evidence->moved_first = first;
    evidence->moved_end = end;
}

void ga_study_settle(ga_evidence *evidence)
{
    move_range(evidence, 0, 0);
}

/* ---- The dense line --------------------------------------------------------------------------
 */

static ga_sweep dense_sweep(const ga_evidence *evidence, size_t b)
{
    const double rms = evidence->scales[b].rms_x;
    return (ga_sweep){
        .kind = GA_SWEEP_HYBRID,
        .key = ga_hash(evidence->options.seed, DENSE_NUMBER, GA_FOR_DENSE, 0),
        .instead = rms > 0 ? rms : 1.0,
    };
}

static double value_along_all(void *context, double t)
{
    ga_evidence *const evidence = context;
    const size_t end = ga_study_judged(evidence);
    stretch at;
    move_range(evidence, 0, end);
    for (size_t element = 0; next_stretch(evidence, end, &element, &at);) {
        const ga_sweep sweep = dense_sweep(evidence, at.block);
        (void)move_stretch(evidence, &sweep, &at, DENSE_ROOM, t);
    }
    return ga_evaluate_loss(&evidence->evaluator);
}

ga_line ga_study_dense_line(ga_evidence *evidence)
{
    int is_float = 0;
    int is_bounded = 0;
    for (size_t v = 0; v < evidence->field_variables; v++) {
        const ga_block *const block = &evidence->problem->blocks[evidence->field_block[v]];
        is_float |= block->dtype == GA_F32;
        is_bounded |= ga_block_has_bounds(evidence->problem, block);
    }
    const double room = is_bounded ? DENSE_ROOM / 1.5 : (double)INFINITY;
    return (ga_line){
        .value = value_along_all,
        .context = evidence,
        .scale = 1.0,
        .reach = 1.0,
        .below = room,
        .above = room,
        .is_float = is_float,
        .stream = UINT64_MAX,
    };
}

/* ---- The field --------------------------------------------------------------------------------
 */

typedef struct answer {
    double value, predicted;
} answer;

typedef struct order_of_work {
    ga_evidence *evidence;
    const ga_request *requests;
} order_of_work;

static void evaluate_request(void *context, size_t k, void *slot)
{
    const order_of_work *const work = context;
    ga_evidence *const evidence = work->evidence;
    const ga_request *const request = &work->requests[k];
    answer *const out = slot;
    stretch at;
    *out = (answer){0};
    if (evidence->evaluator.puts_back) {
        ga_study_go_back(evidence);
    }
    move_range(evidence, request->course.first, request->course.end);
    for (size_t j = request->course.first; next_stretch(evidence, request->course.end, &j, &at);) {
        const ga_sweep sweep = sweep_of(evidence, &request->course, at.block);
        out->predicted += move_stretch(evidence, &sweep, &at, COURSE_ROOM, request->t);
    }
    out->value = ga_evaluate_loss(&evidence->evaluator);
}

static void *clone_work(void *context, ga_evaluator **evaluator)
{
    const order_of_work *const work = context;
    order_of_work *const copy = malloc(sizeof *copy);
    ga_evidence *const evidence = copy ? ga_study_clone(work->evidence) : NULL;
    if (!evidence) {
        free(copy);
        return NULL;
    }
    *copy = (order_of_work){.evidence = evidence, .requests = work->requests};
    *evaluator = &evidence->evaluator;
    return copy;
}

static void discard_work(void *clone)
{
    order_of_work *const copy = clone;
    ga_study_discard(copy->evidence);
    free(copy);
}

static int evaluate(void *context, ga_request *requests, size_t count)
{
    ga_evidence *const evidence = context;
    answer *const answers = calloc(count, sizeof *answers);
    for (size_t k = 0; k < count; k++) {
        requests[k].value = (double)NAN;
    }
    if (!answers) {
        evidence->field_failed = 1;
        return 0;
    }
    order_of_work work = {.evidence = evidence, .requests = requests};
    const ga_job job = {
        .count = count,
        .task = evaluate_request,
        .context = &work,
        .slots = answers,
        .slot_size = sizeof *answers,
        .seconds_per_task = evidence->seconds_per_loss,
        .evaluations_per_task = 1,
        .clone =
            evidence->problem->is_flat && evidence->problem->flat.thread_safe ? clone_work : NULL,
        .discard = discard_work,
    };
    const size_t done = ga_crew_run(&evidence->evaluator, &job);
    ga_study_settle(evidence);
    for (size_t k = 0; k < done; k++) {
        requests[k].value = answers[k].value;
        requests[k].predicted = answers[k].predicted;
    }
    free(answers);
    return done == count;
}

/* Fills v for a stretch of at most CHUNK elements, whether it has bounds or not. */
static void course_shares(const ga_evidence *evidence, const ga_course *course, const stretch *at,
                          double *v)
{
    const ga_sweep sweep = sweep_of(evidence, course, at->block);
    if (ga_block_has_bounds(evidence->problem, &evidence->problem->blocks[at->block])) {
        bounded_shares(evidence, &sweep, at, COURSE_ROOM, v);
    } else {
        shares_of(evidence, &sweep, at, v);
    }
}

static void shares(void *context, const ga_course *course, size_t first, size_t count, double *v)
{
    const ga_evidence *const evidence = context;
    stretch at;
    for (size_t j = first; next_stretch(evidence, first + count, &j, &at);) {
        for (size_t i = 0; i < at.count; i += CHUNK) {
            const stretch piece = {.block = at.block,
                                   .first = at.first + i,
                                   .count = at.count - i < CHUNK ? at.count - i : (size_t)CHUNK,
                                   .number = at.number + i};
            course_shares(evidence, course, &piece, v + (piece.number - first));
        }
    }
}

size_t ga_study_covered(const ga_evidence *evidence, size_t b)
{
    const ga_block *const block = &evidence->problem->blocks[b];
    const ga_course any = {.kind = GA_SWEEP_SIGN};
    if (!ga_block_has_bounds(evidence->problem, block)) {
        return evidence->scales[b].finite;
    }
    double v[CHUNK];
    size_t covered = 0;
    for (size_t i = 0; i < block->count; i += CHUNK) {
        const size_t count = block->count - i < CHUNK ? block->count - i : (size_t)CHUNK;
        const stretch piece = {.block = b, .first = i, .count = count};
        course_shares(evidence, &any, &piece, v);
        for (size_t k = 0; k < count; k++) {
            covered += v[k] != 0;
        }
    }
    return covered;
}

/*
 * What the gradient may be off along a course by itself: each element by rtol |g| and by the
 * rounding of its own sum, in directions that do not conspire, which three standard deviations
 * cover; and all of them together by rtol, as a factor with few digits would have it.
 */
static const double CONSPIRACY = 3.0;

/* Sums over elements, in lanes that a compiler can add at the same time; the order is fixed. */
enum {
    LANES = 8
};

typedef struct lanes {
    double claimed[LANES], squares[LANES], errors[LANES];
} lanes;

/* What all elements of a variable share. */
typedef struct terms {
    double per_unit, per_size, rtol, unsure;
} terms;

static inline void add_term(lanes *sums, const terms *t, size_t lane, double g, double v)
{
    /* what stays has a share of 0, and perhaps a claim that is not finite */
    const double change = v != 0 ? g * v * t->per_unit : 0.0;
    const double error = t->rtol * fabs(change) + t->unsure * fabs(v);
    sums->claimed[lane] += change;
    sums->squares[lane] += (change * t->per_size) * (change * t->per_size);
    sums->errors[lane] += (error * t->per_size) * (error * t->per_size);
}

static void add_terms(lanes *sums, const terms *t, const double *g, const double *v, size_t count)
{
    size_t k = 0;
    for (; k + LANES <= count; k += LANES) {
        for (size_t lane = 0; lane < LANES; lane++) {
            add_term(sums, t, lane, g[k + lane], v[k + lane]);
        }
    }
    for (; k < count; k++) {
        add_term(sums, t, 0, g[k], v[k]);
    }
}

static double add_up(const double lane[LANES])
{
    double sum = 0.0;
    for (size_t k = 0; k < LANES; k++) {
        sum += lane[k];
    }
    return sum;
}

static void look_ahead(void *context, const ga_course *course, ga_prospect *out)
{
    const ga_evidence *const evidence = context;
    const double size = evidence->largest_change > DBL_MIN ? evidence->largest_change : 1.0;
    double claimed = 0.0;
    double squares = 0.0; /* in units of `size`, which no square of a change overflows */
    double errors = 0.0;
    double together = 0.0;
    int is_bounded = 0;
    double v[CHUNK];
    double claims[CHUNK];
    stretch at;
    for (size_t j = course->first; next_stretch(evidence, course->end, &j, &at);) {
        const ga_block *const block = &evidence->problem->blocks[at.block];
        const double length = evidence->scales[at.block].rms_x;
        const terms shared = {
            .per_unit = 1.0 / (block->gradient_scale * evidence->ratio),
            .per_size = 1.0 / size,
            .rtol = ga_study_rtol(evidence, at.block),
            .unsure = ga_study_usual_rounding(evidence, at.block,
                                              length > 0 ? length : evidence->usual_scale),
        };
        lanes sums = {0};
        is_bounded |= ga_block_has_bounds(evidence->problem, block);
        for (size_t i = 0; i < at.count; i += CHUNK) {
            const stretch piece = {.block = at.block,
                                   .first = at.first + i,
                                   .count = at.count - i < CHUNK ? at.count - i : (size_t)CHUNK,
                                   .number = at.number + i};
            const double *const g = ga_elements_of(part(evidence, evidence->gradient, &piece),
                                                   block->dtype, 0, piece.count, claims);
            course_shares(evidence, course, &piece, v);
            add_terms(&sums, &shared, g, v, piece.count);
        }
        const double part_claimed = add_up(sums.claimed);
        claimed += part_claimed;
        squares += add_up(sums.squares);
        errors += add_up(sums.errors);
        together += shared.rtol * fabs(part_claimed);
    }
    *out = (ga_prospect){
        .claimed = claimed,
        .size = size * sqrt(squares),
        .rounding = fmax(CONSPIRACY * size * sqrt(errors), together),
        .room = is_bounded ? COURSE_REACH : (double)INFINITY,
    };
}

double ga_study_norm(const ga_evidence *evidence, size_t b)
{
    const ga_scales *const scales = &evidence->scales[b];
    if (!evidence->problem->blocks[b].is_tensor) {
        return scales->rms_change * sqrt((double)scales->finite);
    }
    return scales->norm_g * (scales->rms_x > 0 ? scales->rms_x : evidence->usual_scale);
}

void ga_study_field(ga_evidence *evidence, ga_field *out)
{
    double norm = 0.0;
    for (size_t v = 0; v < evidence->field_variables; v++) {
        norm = hypot(norm, ga_study_norm(evidence, evidence->field_block[v]));
    }
    *out = (ga_field){
        .context = evidence,
        .count = ga_study_judged(evidence),
        .boundaries = evidence->field_first,
        .variables = evidence->field_variables,
        .profile = &evidence->profile,
        .size = norm,
        .evaluate = evaluate,
        .look_ahead = look_ahead,
        .shares = shares,
        .confirm = ga_study_confirm,
    };
}
