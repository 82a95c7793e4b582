/*
 * Variables in own buffers, and inputs: what each must satisfy, and what is kept.
 */
#include "problem.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

typedef struct variable_case {
    char why[48];
    char sentence[128];   /* expected; "": accepted */
    char name[8];         /* "": none */
    double start[4];      /* as double or float, as the dtype says */
    ga_variable variable; /* its name and addresses are set by the test */
} variable_case;

#define VECTOR .dtype = GA_F64, .rank = 1, .shape = {4}

ParameterizedTestParameters(variable, description)
{
    static variable_case cases[] = {
        {"a vector", "", "W", {1, 2, 3, 4}, {VECTOR}},
        {"float", "", "W", {1, 2, 3, 4}, {.dtype = GA_F32, .rank = 1, .shape = {4}}},
        {"a scalar", "", "W", {1}, {.dtype = GA_F64}},
        {"rank 8", "", "W", {1}, {.dtype = GA_F64, .rank = 8, .shape = {1, 1, 2, 1, 1, 1, 1, 2}}},
        {"no name", "the variable registered at here.c:7 has no name", "", {1}, {VECTOR}},
        {"dtype not said",
         "variable `b`: dtype is not said (GA_F32 or GA_F64)",
         "b",
         {1},
         {.rank = 0}},
        {"no such dtype",
         "variable `b`: dtype 3 is neither GA_F32 nor GA_F64",
         "b",
         {1},
         {.dtype = (ga_dtype)3}},
        {"no such role",
         "variable `b`: role -1 is none of GA_TRAINABLE, GA_FROZEN, GA_STATE",
         "b",
         {1},
         {.dtype = GA_F64, .role = (ga_role)-1}},
        {"a huge rank",
         "variable `W`: rank 1000 is outside 0..8",
         "W",
         {1},
         {.dtype = GA_F64, .rank = 1000}},
        {"a negative rank",
         "variable `W`: rank -2 is outside 0..8",
         "W",
         {1},
         {.dtype = GA_F64, .rank = -2}},
        {"the rank forgotten",
         "variable `W`: rank 0 means a scalar, but its shape begins with 4",
         "W",
         {1},
         {.dtype = GA_F64, .shape = {4, 16}}},
        {"no elements",
         "variable `W1`: its shape 4 x 0 has no elements",
         "W1",
         {1},
         {.dtype = GA_F64, .rank = 2, .shape = {4, 0}}},
        {"0 before an overflow is still 0",
         "variable `W1`: its shape 18446744073709551615 x 2 x 0 has no elements",
         "W1",
         {1},
         {.dtype = GA_F64, .rank = 3, .shape = {SIZE_MAX, 2}}},
        {"the product overflows",
         "variable `W1`: its shape 9223372036854775808 x 2 is larger than any memory",
         "W1",
         {1},
         {.dtype = GA_F64, .rank = 2, .shape = {(size_t)1 << 63, 2}}},
        {"the bytes overflow",
         "variable `W1`: its shape 2305843009213693952 is larger than any memory",
         "W1",
         {1},
         {.dtype = GA_F64, .rank = 1, .shape = {(size_t)1 << 61}}},
        {"more bytes than an object can have",
         "variable `W1`: its shape 2305843009213693952 is larger than any memory",
         "W1",
         {1},
         {.dtype = GA_F32, .rank = 1, .shape = {(size_t)1 << 61}}},
        {"NaN in the start",
         "variable `W`: its start at element 3 is NaN, not a finite number",
         "W",
         {1, 2, 3, (double)NAN},
         {VECTOR}},
        {"NaN in a float start",
         "variable `W`: its start at element 1 is NaN, not a finite number",
         "W",
         {1, (double)NAN},
         {.dtype = GA_F32, .rank = 1, .shape = {4}}},
        {"infinite start of what is frozen",
         "variable `W`: its start at element 0 is inf, not a finite number",
         "W",
         {HUGE_VAL},
         {VECTOR, .role = GA_FROZEN}},
        {"state starts as anything", "", "s", {(double)NAN, HUGE_VAL}, {VECTOR, .role = GA_STATE}},
        {"within its bounds", "", "W", {0, 1, 0, 1}, {VECTOR, .upper = 1}},
        {"half bounded", "", "W", {0, 1, 2, 3}, {VECTOR, .upper = HUGE_VAL}},
        {"NaN as lower bound",
         "variable `W`: its lower bound is NaN",
         "W",
         {1},
         {VECTOR, .lower = (double)NAN}},
        {"NaN as upper bound",
         "variable `W`: its upper bound is NaN",
         "W",
         {1},
         {VECTOR, .upper = (double)NAN}},
        {"crossed bounds",
         "variable `W`: its lower bound 0 is above its upper bound -1",
         "W",
         {0},
         {VECTOR, .upper = -1}},
        {"outside its bounds",
         "variable `W`: its start 1.5 at element 2 is outside its bounds [-1, 1]",
         "W",
         {0, 1, 1.5, 2},
         {VECTOR, .lower = -1, .upper = 1}},
        {"negative rtol",
         "variable `W`: rtol -1e-06 is not a finite number of at least 0",
         "W",
         {1},
         {VECTOR, .rtol = -1e-6}},
        {"NaN as rtol",
         "variable `W`: rtol NaN is not a finite number of at least 0",
         "W",
         {1},
         {VECTOR, .rtol = (double)NAN}},
        {"NaN as scale",
         "variable `W`: gradient_scale NaN is not finite",
         "W",
         {1},
         {VECTOR, .gradient_scale = (double)NAN}},
        {"infinite scale",
         "variable `W`: gradient_scale -inf is not finite",
         "W",
         {1},
         {VECTOR, .gradient_scale = -HUGE_VAL}},
    };
    return cr_make_param_array(variable_case, cases, sizeof cases / sizeof *cases);
}

ParameterizedTest(const variable_case *param, variable, description)
{
    double value[4];
    double grad[4] = {0.0};
    ga_variable variable = param->variable;
    variable.name = param->name;
    variable.value = value;
    variable.grad = grad;
    for (size_t i = 0; i < 4; ++i) {
        const ga_block as_said = {.value = value, .dtype = variable.dtype};
        ga_block_set(&as_said, i, param->start[i]);
    }
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    const ga_status status = ga_problem_add_sized(p, "here.c", 7, sizeof variable, &variable);
    const char *const error = ga_problem_error(p);

    cr_expect_str_eq(error ? error : "", param->sentence, "%s: got '%s'", param->why,
                     error ? error : "");
    cr_expect(status == (error ? GA_EINVAL : GA_OK), "%s: %s", param->why, ga_status_text(status));
    cr_expect(p->block_count == (error ? 0U : 1U), "%s", param->why);
    ga_problem_free(p);
}

Test(variable, is_kept_whole)
{
    char name[] = "layer/W";
    float value[6] = {0};
    float grad[6] = {0};
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    const int line = __LINE__ + 1;
    cr_assert(ga_problem_add(p, &(ga_variable){.name = name,
                                               .value = value,
                                               .grad = grad,
                                               .dtype = GA_F32,
                                               .rank = 2,
                                               .shape = {2, 3},
                                               .lower = -1.0,
                                               .upper = 2.0,
                                               .rtol = 1e-3,
                                               .accumulates = 1,
                                               .gradient_scale = -0.5}) == GA_OK);
    name[0] = 'X';
    const ga_block *const block = &p->blocks[0];
    cr_expect_str_eq(block->name, "layer/W");
    cr_expect_str_eq(block->file, __FILE__);
    cr_expect(block->line >= line && block->line < line + 15);
    cr_expect(block->value == value && block->grad == grad && block->dtype == GA_F32);
    cr_expect(block->rank == 2 && block->shape[0] == 2 && block->shape[1] == 3);
    cr_expect(block->count == 6 && block->is_tensor == 1 && block->role == GA_TRAINABLE);
    cr_expect(block->lower == -1.0 && block->upper == 2.0 && block->rtol == 1e-3);
    cr_expect(block->accumulates == 1 && block->gradient_scale == -0.5);
    ga_problem_free(p);
}

Test(variable, short_forms)
{
    double alpha = 1.0;
    double dalpha = 0.0;
    float w[12] = {0};
    const int rows = 4;
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    cr_expect(GA_VARIABLE(p, "alpha", &alpha, &dalpha) == GA_OK);
    cr_expect(GA_TENSOR(p, "W", w, NULL, rows, 3) == GA_OK);
    cr_assert(p->block_count == 2, "%s", ga_problem_error(p));
    cr_expect(p->blocks[0].rank == 0 && p->blocks[0].count == 1 && p->blocks[0].dtype == GA_F64);
    cr_expect(p->blocks[0].gradient_scale == 1.0 && p->blocks[0].rtol == 0.0);
    cr_expect(p->blocks[0].lower == -HUGE_VAL && p->blocks[0].upper == HUGE_VAL);
    cr_expect(p->blocks[1].rank == 2 && p->blocks[1].count == 12 && p->blocks[1].dtype == GA_F32);
    cr_expect_null(p->blocks[1].grad);
    cr_expect_str_eq(p->blocks[1].file, __FILE__);
    ga_problem_free(p);
}

Test(variable, a_negative_size)
{
    double w = 1.0;
    const int rows = -3;
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    cr_expect(GA_TENSOR(p, "W", &w, NULL, rows) == GA_EINVAL);
    cr_expect_not_null(strstr(ga_problem_error(p), "larger than any memory"));
    ga_problem_free(p);
}

Test(variable, sizes_that_are_not_there)
{
    double w = 1.0;
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    cr_expect(ga_problem_add_typed(p, "W", &w, NULL, GA_F64, 2, NULL, NULL, 0) == GA_EINVAL);
    cr_expect_str_eq(ga_problem_error(p), "variable `W`: its shape 0 x 0 has no elements");
    ga_problem_free(p);

    const size_t shape[1] = {1}; /* shorter than the rank: must not be read */
    ga_problem_new("mlp", &p);
    cr_expect(ga_problem_add_typed(p, "W", &w, NULL, GA_F64, 9, shape, NULL, 0) == GA_EINVAL);
    ga_problem_free(p);
}

Test(variable, a_name_is_used_once)
{
    double a = 1.0;
    double b = 1.0;
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    cr_expect(ga_problem_add_typed(p, "W", &a, NULL, GA_F64, 0, NULL, "net.c", 12) == GA_OK);
    cr_expect(ga_problem_add_typed(p, "W", &b, NULL, GA_F64, 0, NULL, "net.c", 13) == GA_EINVAL);
    cr_expect_str_eq(ga_problem_error(p), "variable `W`: the name is in use since net.c:12");
    ga_problem_free(p);

    ga_problem_new("mlp", &p);
    cr_expect(ga_problem_add_typed(p, "W", &a, NULL, GA_F64, 0, NULL, NULL, 0) == GA_OK);
    cr_expect(ga_problem_add_typed(p, "W", &b, NULL, GA_F64, 0, NULL, NULL, 0) == GA_EINVAL);
    cr_expect_str_eq(ga_problem_error(p), "variable `W`: the name is in use");
    ga_problem_free(p);
}

Test(variable, the_same_memory_twice_is_accepted)
{
    double w[4] = {0};
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    cr_expect(GA_TENSOR(p, "W", w, NULL, 4) == GA_OK);
    cr_expect(GA_TENSOR(p, "tied", w, NULL, 4) == GA_OK);
    ga_problem_free(p);
}

Test(variable, its_gradient_is_elsewhere)
{
    double w[8] = {0};
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    cr_expect(GA_TENSOR(p, "before", w + 4, w, 4) == GA_OK);
    cr_expect(GA_TENSOR(p, "behind", w, w + 4, 4) == GA_OK);
    cr_expect(GA_TENSOR(p, "W", w, w + 3, 4) == GA_EINVAL);
    cr_expect_str_eq(ga_problem_error(p), "variable `W`: its gradient lies 24 bytes from its "
                                          "values, which are 32 bytes: they share memory");
    ga_problem_free(p);
}

Test(variable, no_address)
{
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    cr_expect(ga_problem_add(p, &(ga_variable){.name = "W", .dtype = GA_F64}) == GA_EINVAL);
    cr_expect_str_eq(ga_problem_error(p), "variable `W`: no address of its values");
    ga_problem_free(p);
}

Test(variable, no_name_and_no_place)
{
    double w = 1.0;
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    cr_expect(ga_problem_add_typed(p, NULL, &w, NULL, GA_F64, 0, NULL, NULL, 0) == GA_EINVAL);
    cr_expect_str_eq(ga_problem_error(p), "no name is given for the variable");
    ga_problem_free(p);
}

Test(variable, a_long_name_leaves_room_for_the_number)
{
    char name[3000];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    double w = 1.0;
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    cr_expect(ga_problem_add_typed(p, name, &w, NULL, GA_F64, 9, NULL, NULL, 0) == GA_EINVAL);
    cr_expect_not_null(strstr(ga_problem_error(p), "rank 9 is outside 0..8"));
    ga_problem_free(p);
}

Test(variable, is_not_for_a_flat_problem)
{
    double w = 1.0;
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    p->is_flat = 1;
    cr_expect(GA_VARIABLE(p, "W", &w, NULL) == GA_EINVAL);
    cr_expect_str_eq(ga_problem_error(p),
                     "variable `W`: a flat problem has no variables of its own: name a part of x "
                     "with ga_problem_slice()");
    ga_problem_free(p);
}

Test(variable, the_size_of_an_older_header)
{
    double w = 1.0;
    const ga_variable variable = {
        .name = "W", .value = &w, .dtype = GA_F64, .gradient_scale = 3.0, .file = "x.c"};
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    cr_expect(ga_problem_add_sized(p, NULL, 0, offsetof(ga_variable, gradient_scale), &variable) ==
              GA_OK);
    cr_expect(p->blocks[0].gradient_scale == 1.0);
    cr_expect_null(p->blocks[0].file);
    cr_expect(ga_problem_add_sized(p, NULL, 0, 0, &variable) == GA_EINVAL);
    ga_problem_free(p);

    ga_problem_new("mlp", &p);
    cr_expect(ga_problem_add(p, NULL) == GA_EINVAL);
    cr_expect_str_eq(ga_problem_error(p), "ga_problem_add() was given no description");
    ga_problem_free(p);
}

/* ---- inputs ---- */

Test(input, is_kept)
{
    const char data[3] = {1, 2, 3};
    char name[] = "X";
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    cr_expect(ga_problem_input(p, name, data, sizeof data) == GA_OK);
    name[0] = 'Y';
    cr_assert(p->input_count == 1);
    cr_expect_str_eq(p->inputs[0].name, "X");
    cr_expect(p->inputs[0].data == data && p->inputs[0].bytes == 3);
    ga_problem_free(p);
}

static void expect_refused_input(const char *name, const void *data, size_t bytes,
                                 const char *sentence)
{
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    cr_expect(ga_problem_input(p, name, data, bytes) == GA_EINVAL);
    cr_expect_str_eq(ga_problem_error(p), sentence);
    cr_expect(p->input_count == 0);
    ga_problem_free(p);
}

Test(input, must_be_something)
{
    const char data[3] = {1, 2, 3};
    expect_refused_input(NULL, data, 3, "no name is given for the input");
    expect_refused_input("", data, 3, "no name is given for the input");
    expect_refused_input("X", NULL, 3, "input `X`: no address of its 3 bytes");
    expect_refused_input("X", data, 0, "input `X`: 0 bytes cannot be");
    expect_refused_input("X", data, SIZE_MAX, "input `X`: 18446744073709551615 bytes cannot be");
}
