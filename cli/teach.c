/*
 * What `gradaudit audit` says when it is given nothing: how to write a plug-in. The example is
 * complete; the tests compile it.
 */
#include "teach.h"

#include "cli.h"

void cli_teach(void)
{
    cli_error("nothing to audit: name a plug-in, a shared library that says which losses it has");
    fputs("\n"
          "A complete one, model.c:\n"
          "\n"
          "    #include <gradaudit/plugin.h>\n"
          "\n"
          "    static double loss(const double *x, size_t n, void *user)\n"
          "    {\n"
          "        (void)n;\n"
          "        (void)user;\n"
          "        return (x[0] - 1) * (x[0] - 1) + x[0] * x[1] * x[1];\n"
          "    }\n"
          "\n"
          "    static int gradient(const double *x, size_t n, double *g, void *user)\n"
          "    {\n"
          "        (void)n;\n"
          "        (void)user;\n"
          "        g[0] = 2 * (x[0] - 1) + x[1] * x[1];\n"
          "        g[1] = 2 * x[0] * x[1];\n"
          "        return 0;\n"
          "    }\n"
          "\n"
          "    static ga_problem *open_model(int argc, char **argv)\n"
          "    {\n"
          "        static const double start[2] = {0.5, -1.5};\n"
          "        ga_problem *problem = NULL;\n"
          "        (void)argc;\n"
          "        ga_problem_flat(&(ga_flat){.name = argv[0], .n = 2, .x = start,\n"
          "                                   .loss = loss, .grad = gradient}, &problem);\n"
          "        return problem;\n"
          "    }\n"
          "\n"
          "    static const ga_subject subjects[] = {\n"
          "        {.name = \"model\", .summary = \"two parameters\", .open = open_model},\n"
          "    };\n"
          "    GA_PLUGIN(subjects)\n"
          "\n"
          "Build it and audit it:\n"
          "\n"
          "    cc -shared -fPIC -g model.c $(pkg-config --cflags --libs gradaudit) -o model.so\n"
          "    gradaudit audit model.so\n"
          "\n"
          "For a model with several arrays of parameters see ga_problem_new() and GA_TENSOR in\n"
          "gradaudit/gradaudit.h; `gradaudit audit --help` lists the options.\n",
          stderr);
}
