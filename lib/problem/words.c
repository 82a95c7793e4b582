/*
 * The texts of the enumerations. Literals, in the spelling that reports and the log use.
 */
#include "problem.h"

#define PICK(texts, value)                                                                         \
    ((size_t)(value) < sizeof(texts) / sizeof *(texts) ? (texts)[value] : "unknown")

const char *ga_status_text(ga_status status)
{
#define TEXT(name, text) text,
    static const char *const texts[] = {GA_STATUS_LIST(TEXT)};
#undef TEXT
    return PICK(texts, status);
}

const char *ga_verdict_text(ga_verdict verdict)
{
    static const char *const texts[] = {"skipped", "pass", "inconclusive", "fail"};
    return PICK(texts, verdict);
}

const char *ga_dtype_text(ga_dtype dtype)
{
    static const char *const texts[] = {"not said", "f32", "f64"};
    return PICK(texts, dtype);
}

const char *ga_role_text(ga_role role)
{
    static const char *const texts[] = {"trainable", "frozen", "state"};
    return PICK(texts, role);
}

const char *ga_severity_text(ga_severity severity)
{
    static const char *const texts[] = {"note", "warning", "error"};
    return PICK(texts, severity);
}

const char *ga_version(void)
{
    return GA_VERSION;
}
