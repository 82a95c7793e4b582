/* Reads the flowers, line by line, and says where a file is not what it should be. */
#include "iris_data.h"

#include <dlfcn.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    NAME_SIZE = 64,
    LINE_SIZE = 512,
    PATH_SIZE = 4096
};

typedef struct reader {
    const char *path;
    size_t line;
    size_t capacity; /* flowers there is room for */
    int classes;
    char species[IRIS_CLASSES][NAME_SIZE];
    char *why;
    size_t why_size;
} reader;

__attribute__((__format__(__printf__, 2, 3))) static int complain(const reader *in,
                                                                  const char *format, ...)
{
    int used = snprintf(in->why, in->why_size, "%s: ", in->path);
    if (in->line > 0 && used >= 0 && (size_t)used < in->why_size) {
        const size_t start = (size_t)used;
        const int more = snprintf(in->why + start, in->why_size - start, "line %zu: ", in->line);
        used = more < 0 ? more : used + more;
    }
    if (used >= 0 && (size_t)used < in->why_size) {
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(in->why + used, in->why_size - (size_t)used, format, arguments);
        va_end(arguments);
    }
    return -1;
}

/* The default file: the compiler knew where the repository was; it may have moved since. */
static const char *find_default(char *buffer, size_t size)
{
    if (access(IRIS_CSV, R_OK) == 0) {
        return IRIS_CSV;
    }
    Dl_info self;
    static const int inside = 0; /* an address in this shared object */
    if (dladdr(&inside, &self) != 0 && self.dli_fname) {
        const char *const slash = strrchr(self.dli_fname, '/');
        const int folder = slash ? (int)(slash - self.dli_fname) + 1 : 0;
        const int used = snprintf(buffer, size, "%.*siris.csv", folder, self.dli_fname);
        if (used > 0 && (size_t)used < size && access(buffer, R_OK) == 0) {
            return buffer;
        }
    }
    return IRIS_CSV;
}

static int grow(const reader *in, iris_data *data, size_t capacity)
{
    double(*const features)[IRIS_FEATURES] =
        reallocarray(data->features, capacity, sizeof *features);
    if (!features) {
        return complain(in, "out of memory");
    }
    data->features = features;
    int *const labels = reallocarray(data->labels, capacity, sizeof *labels);
    if (!labels) {
        return complain(in, "out of memory");
    }
    data->labels = labels;
    return 0;
}

/* The number of a species, a new one when it was not seen before; -1: there are three already. */
static int label_of(reader *in, const char *name)
{
    for (int k = 0; k < in->classes; k++) {
        if (strcmp(in->species[k], name) == 0) {
            return k;
        }
    }
    if (in->classes == IRIS_CLASSES) {
        return complain(in, "`%s` would be a fourth species", name);
    }
    (void)snprintf(in->species[in->classes], NAME_SIZE, "%s", name);
    return in->classes++;
}

static int read_flower(reader *in, const char *text, double features[IRIS_FEATURES], int *label)
{
    for (int k = 0; k < IRIS_FEATURES; k++) {
        char *end = NULL;
        features[k] = strtod(text, &end);
        if (end == text || *end != ',' || !isfinite(features[k])) {
            return complain(in, "field %d is not a number followed by a comma", k + 1);
        }
        text = end + 1;
    }
    if (*text == '\0' || strlen(text) >= NAME_SIZE || strchr(text, ',')) {
        return complain(in, "field 5 is not the name of a species, or is not the last field");
    }
    *label = label_of(in, text);
    return *label < 0 ? -1 : 0;
}

static int read_flowers(reader *in, FILE *file, iris_data *data)
{
    char text[LINE_SIZE];
    while (fgets(text, sizeof text, file)) {
        in->line++;
        const size_t length = strcspn(text, "\r\n");
        if (text[length] == '\0' && !feof(file)) {
            return complain(in, "longer than %d characters, or with a zero byte", LINE_SIZE - 2);
        }
        text[length] = '\0';
        if (in->line == 1 || length == 0) {
            continue; /* the header; an empty line */
        }
        if (data->count == in->capacity) {
            const size_t capacity = in->capacity ? 2 * in->capacity : 256;
            if (grow(in, data, capacity) != 0) {
                return -1;
            }
            in->capacity = capacity;
        }
        if (read_flower(in, text, data->features[data->count], &data->labels[data->count]) != 0) {
            return -1;
        }
        data->count++;
    }
    if (ferror(file)) {
        return complain(in, "%s", strerror(errno));
    }
    if (in->classes < IRIS_CLASSES) {
        return complain(in, "%d species where there should be %d", in->classes, IRIS_CLASSES);
    }
    return 0;
}

static void standardise(iris_data *data)
{
    const double n = (double)data->count;
    for (int k = 0; k < IRIS_FEATURES; k++) {
        double mean = 0.0;
        double variance = 0.0;
        for (size_t i = 0; i < data->count; i++) {
            mean += data->features[i][k] / n;
        }
        for (size_t i = 0; i < data->count; i++) {
            const double away = data->features[i][k] - mean;
            variance += away * away / n;
        }
        const double deviation = variance > 0.0 ? sqrt(variance) : 1.0;
        for (size_t i = 0; i < data->count; i++) {
            data->features[i][k] = (data->features[i][k] - mean) / deviation;
        }
    }
}

int iris_read(const char *path, iris_data *out, char *why, size_t why_size)
{
    char beside[PATH_SIZE];
    reader in = {.path = path, .why = why, .why_size = why_size};
    if (!in.path) {
        in.path = find_default(beside, sizeof beside);
    }
    *out = (iris_data){0};
    FILE *const file = fopen(in.path, "r");
    if (!file) {
        return complain(&in, "%s", strerror(errno));
    }
    const int status = read_flowers(&in, file, out);
    (void)fclose(file);
    if (status != 0) {
        iris_clear(out);
        return -1;
    }
    standardise(out);
    return 0;
}

void iris_clear(iris_data *data)
{
    free(data->features);
    free(data->labels);
    *data = (iris_data){0};
}
