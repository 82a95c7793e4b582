/* The list of checks, and how people name them: by code, by name, by family. */
#include "gradaudit/check.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define GA_CHECK(name) extern const ga_check ga_check_##name;
#include "checks.def"
#undef GA_CHECK

static const ga_check *const CHECKS[] = {
#define GA_CHECK(name) &ga_check_##name,
#include "checks.def"
#undef GA_CHECK
};
enum {
    CHECK_COUNT = sizeof CHECKS / sizeof *CHECKS
};

const ga_check *const *ga_builtin_checks(size_t *count)
{
    *count = CHECK_COUNT;
    return CHECKS;
}

static int equals(const char *text, const char *word, size_t length)
{
    return strlen(text) == length && strncasecmp(text, word, length) == 0;
}

/* A code, a name, or a family letter that some code begins with. */
static int is_called(const ga_check *check, const char *word, size_t length)
{
    return equals(check->code, word, length) || equals(check->name, word, length) ||
           (length == 1 && toupper((unsigned char)*word) == check->code[0]);
}

const ga_check *ga_find_check(const char *code_or_name)
{
    for (size_t i = 0; code_or_name && i < CHECK_COUNT; i++) {
        if (strcasecmp(CHECKS[i]->code, code_or_name) == 0 ||
            strcasecmp(CHECKS[i]->name, code_or_name) == 0) {
            return CHECKS[i];
        }
    }
    return NULL;
}

/* The next word of a comma-separated list, without blanks around it; NULL at the end. */
static const char *next_word(const char **list, size_t *length)
{
    const char *word = *list;
    if (!word || *word == '\0') {
        return NULL;
    }
    const char *const end = word + strcspn(word, ",");
    *list = *end == ',' ? end + 1 : end;
    while (word < end && isspace((unsigned char)*word)) {
        word++;
    }
    size_t left = (size_t)(end - word);
    while (left > 0 && isspace((unsigned char)word[left - 1])) {
        left--;
    }
    *length = left;
    return word;
}

int ga_check_in_list(const ga_check *check, const char *list)
{
    size_t length = 0;
    for (const char *word = next_word(&list, &length); word; word = next_word(&list, &length)) {
        const ga_check *const refined = check->refines ? ga_find_check(check->refines) : NULL;
        if (is_called(check, word, length) || (refined && is_called(refined, word, length))) {
            return 1;
        }
    }
    return 0;
}

const char *ga_check_list_error(const char *list, size_t *length)
{
    for (const char *word = next_word(&list, length); word; word = next_word(&list, length)) {
        int known = 0;
        for (size_t i = 0; i < CHECK_COUNT; i++) {
            known |= is_called(CHECKS[i], word, *length);
        }
        if (!known) {
            return word;
        }
    }
    return NULL;
}
