package resgen.kernel.eval;

import java.util.HashMap;
import java.util.Map;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Line numbers of classes that were compiled again and kept as they were.
 *
 * <p>JShell translates stack traces with the line numbers of the newest compilation; a class in use
 * has those of its first. Equal code has its line entries in equal order, which gives the map.
 */
final class LineMaps {
  private final Map<String, Map<Integer, Integer>> moved = new HashMap<>();

  /** The line entries of all methods, in order. */
  static int[] lines(byte[] bytes) {
    var entries = new java.util.ArrayList<Integer>();
    ClassVisitor visitor =
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public MethodVisitor visitMethod(int a, String n, String d, String s, String[] e) {
            return new MethodVisitor(Opcodes.ASM9) {
              @Override
              public void visitLineNumber(int line, Label start) {
                entries.add(line);
              }
            };
          }
        };
    new ClassReader(bytes).accept(visitor, ClassReader.SKIP_FRAMES);
    return entries.stream().mapToInt(Integer::intValue).toArray();
  }

  synchronized void moved(String className, int[] before, int[] after) {
    if (before.length != after.length) {
      return;
    }
    Map<Integer, Integer> map = new HashMap<>();
    for (int i = 0; i < before.length; i++) {
      map.put(before[i], after[i]);
    }
    moved.put(className, map);
  }

  /** The class in use is that of the newest compilation. */
  synchronized void exact(String className) {
    moved.remove(className);
  }

  /** The stack trace as if all classes had their newest line numbers. */
  synchronized StackTraceElement[] current(StackTraceElement[] stack) {
    StackTraceElement[] out = stack.clone();
    for (int i = 0; i < out.length; i++) {
      Map<Integer, Integer> map = moved.get(out[i].getClassName());
      Integer line = map == null ? null : map.get(out[i].getLineNumber());
      if (line != null) {
        out[i] =
            new StackTraceElement(
                out[i].getClassName(), out[i].getMethodName(), out[i].getFileName(), line);
      }
    }
    return out;
  }
}
