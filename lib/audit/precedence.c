/*
 * Which findings are only echoes of others. The set of error and warning codes on a problem is to
 * be exactly what is wrong with it.
 *
 * Most echoes never arise: what depends on something that failed is not measured, and each element
 * has one cause. This table is for the rest, and for checks to come.
 */
#include "findings.h"

#include <string.h>

typedef enum scope {
    EVERYWHERE,
    SAME_VARIABLE
} scope;

typedef struct rule {
    char winner[4];
    char loser[4]; /* a code, or a family letter */
    scope scope;
} rule;

static const rule RULES[] = {
    {"P01", "G", EVERYWHERE}, /* no difference quotient without a loss */
    {"P01", "S", EVERYWHERE},
    {"P01", "N", EVERYWHERE},
    {"N01", "N03", EVERYWHERE}, /* a random loss differs in any order */
    {"N01", "N04", EVERYWHERE},
    {"N01", "G", EVERYWHERE},
    {"N01", "S", EVERYWHERE},
    {"N03", "N04", EVERYWHERE},
    {"N03", "G11", EVERYWHERE}, /* its spread is what widens the bars, and bends the slopes */
    {"N03", "S01", EVERYWHERE},
    {"N03", "S02", EVERYWHERE},
    {"N03", "S06", EVERYWHERE},
    {"N04", "S01", EVERYWHERE},
    {"N04", "S02", EVERYWHERE},
    {"N04", "S06", EVERYWHERE},
    {"N04", "G11", EVERYWHERE},
    {"V05", "V03", SAME_VARIABLE}, /* a reset value cannot react */
    {"V05", "G", SAME_VARIABLE},
    {"V05", "S", SAME_VARIABLE},
    {"V05", "P04", SAME_VARIABLE},
    {"V03", "G12", SAME_VARIABLE},
    {"V03", "G11", SAME_VARIABLE}, /* it is 0 because it is unused */
    {"V04", "G", SAME_VARIABLE},   /* two gradients in one place, or one slope for two names */
    {"V04", "S", SAME_VARIABLE},
    {"V04", "P04", SAME_VARIABLE},
    {"V04", "V05", SAME_VARIABLE},
    {"S05", "S01", SAME_VARIABLE},
    {"S05", "G11", SAME_VARIABLE},
    {"S03", "G06", SAME_VARIABLE},
    {"S03", "S04", EVERYWHERE},
    {"S03", "S02", SAME_VARIABLE}, /* the edge of a plateau, seen from x */
    {"S03", "G11", SAME_VARIABLE},
    {"S03", "G12", SAME_VARIABLE},
};

/* N01 at rounding level is a warning, and slopes are measured all the same: it silences nothing. */
static int is_strong(const ga_finding *winner)
{
    return winner->severity == GA_ERROR || strcmp(winner->code, "N01") != 0;
}

/* G01 and what refines it rest on measured slopes; by repeats such a finding was earned twice. */
static int was_earned(const ga_finding *finding)
{
    return finding->code[0] == 'G' && strcmp(finding->code, "G07") <= 0;
}

static int is_silenced(const ga_finding *loser, const ga_finding *winner, int by_repeats)
{
    if (by_repeats && strcmp(winner->code, "N01") == 0 && was_earned(loser)) {
        return 0;
    }
    for (size_t i = 0; i < sizeof RULES / sizeof *RULES; i++) {
        const rule *const at = &RULES[i];
        if (strcmp(winner->code, at->winner) == 0 &&
            strncmp(loser->code, at->loser, strlen(at->loser)) == 0 && is_strong(winner) &&
            (at->scope == EVERYWHERE || !winner->variable ||
             (loser->variable && strcmp(winner->variable, loser->variable) == 0))) {
            return 1;
        }
    }
    return 0;
}

void ga_apply_precedence(ga_result *result, int by_repeats)
{
    size_t kept = 0;
    for (size_t i = 0; i < result->finding_count; i++) {
        int silenced = 0;
        for (size_t k = 0; k < result->finding_count && !silenced; k++) {
            /* findings before `kept` may have moved down, but none was lost that could win */
            silenced =
                k != i && is_silenced(&result->findings[i], &result->findings[k], by_repeats);
        }
        if (!silenced) {
            result->findings[kept++] = result->findings[i];
        }
    }
    result->finding_count = kept;
}
