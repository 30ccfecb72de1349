"""Jupyter's own conformance suite (jupyter_kernel_test) for the Java kernel.

Every feature is configured and nothing is skipped. The kernel spec has to be installed where
Jupyter looks; ConformanceTest.java installs one below JUPYTER_PATH and runs this file:

    python3 -m unittest -v test_kernel.py
"""

import unittest

import jupyter_kernel_test


class JavaKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "jshell"
    language_name = "java"
    file_extension = ".jshell"

    code_hello_world = 'System.out.println("hello, world");'
    code_stderr = 'System.err.println("oops");'

    completion_samples = [
        {"text": "String.copyVal", "matches": {"copyValueOf("}},
        {"text": "System.currentTimeM", "matches": {"currentTimeMillis()"}},
    ]

    complete_code_samples = [
        "1 + 1",
        "int a = 5;",
        "int f(int x) {\n  return x;\n}",
        "for (int i = 0; i < 3; i++) {\n  System.out.println(i);\n}",
        "%lsmagic",
        "// a comment",
        'String s = """\n  text\n  """;',
    ]
    incomplete_code_samples = [
        "int f(int x) {",
        "for (int i = 0; i < 3; i++) {",
        'System.out.println("a"',
        "class A {\n  int b;",
        'String s = """\n  text',
    ]
    invalid_code_samples = ["int = ;", "5 5 5)"]

    code_page_something = '%page "a long text"'

    code_generate_error = 'throw new IllegalStateException("meant");'

    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": '"a" + "b"', "result": "ab"},
        {"code": "int x = 4;\nx * x", "result": "16"},
        {"code": "List.of(1, 2)", "mime": "text/html"},
    ]

    code_display_data = [
        {"code": 'display("<b>bold</b>", "text/html");', "mime": "text/html"},
        {"code": 'display("# title", "text/markdown");', "mime": "text/markdown"},
        {"code": 'display("\\\\sqrt{2}", "text/latex");', "mime": "text/latex"},
        {"code": 'display("<svg/>", "image/svg+xml");', "mime": "image/svg+xml"},
        {"code": 'display("{\\"a\\": 1}", "application/json");', "mime": "application/json"},
        {
            "code": "display(new java.awt.image.BufferedImage(4, 4, 1));",
            "mime": "image/png",
        },
        {"code": '%%html\n<i>x</i>', "mime": "text/html"},
    ]

    code_history_pattern = "6 ? 7"
    supported_history_operations = ("tail", "range", "search")

    code_inspect_sample = "Math.max"

    code_clear_output = "clearOutput();"


if __name__ == "__main__":
    unittest.main()
