package resgen.kernel.eval;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Rewrites the classes that JShell compiles for a notebook, before they are defined.
 *
 * <ul>
 *   <li>Interrupt polls at loop back-edges and method entries.
 *   <li>{@code System.exit} becomes an error of the cell.
 *   <li>One home for each variable: JShell keeps a variable in a static field of its wrapper class
 *       ({@code REPL.$JShell$7}) and, when an import or a definition it depends on changes,
 *       compiles the wrapper anew as {@code $JShell$7B} with an empty field. All versions share the
 *       field of the first version that declared it with this type, so the value stays, also for
 *       lambdas and threads that hold the older class.
 * </ul>
 */
final class NotebookWeaver {
  private static final Pattern WRAPPER = Pattern.compile("REPL/\\$JShell\\$(\\d+)[A-Z]*");
  private static final String INTERRUPTS = "resgen/kernel/eval/Interrupts";

  /**
   * A variable of the notebook.
   *
   * @param wrapper the number of its wrapper class
   */
  record Variable(String wrapper, String name) {}

  private final Map<Variable, Map<String, String>> homes = new HashMap<>();
  private final Map<Variable, String> newestType = new HashMap<>();
  private final Map<String, Variable> newestOfName = new HashMap<>();
  private final Map<Variable, String> leftBehind = new HashMap<>();

  /** Registers the variables that a wrapper class declares; to be called before {@link #weave}. */
  void register(byte[] bytes) {
    new ClassReader(bytes).accept(new Registrar(), ClassReader.SKIP_CODE);
  }

  /**
   * The internal name of the class that holds the variable.
   *
   * @param owner internal name of any version of the wrapper class
   * @param descriptor the type's descriptor, or null for the newest type
   */
  synchronized String home(String owner, String name, String descriptor) {
    Matcher wrapper = WRAPPER.matcher(owner);
    if (!wrapper.matches()) {
      return owner;
    }
    Map<String, String> byType = homes.get(new Variable(wrapper.group(1), name));
    return byType == null ? owner : byType.getOrDefault(descriptor, owner);
  }

  private synchronized void declare(String owner, String name, String descriptor) {
    Matcher wrapper = WRAPPER.matcher(owner);
    if (!wrapper.matches()) {
      return;
    }
    Variable variable = new Variable(wrapper.group(1), name);
    Map<String, String> byType = homes.computeIfAbsent(variable, k -> new HashMap<>());
    newestOfName.put(name, variable);
    String before = newestType.put(variable, descriptor);
    if (before != null && !before.equals(descriptor)) {
      leftBehind.put(variable, byType.get(before));
    }
    byType.putIfAbsent(descriptor, owner);
  }

  /** The class that holds the variable declared last under this name, or null. */
  synchronized String newestHome(String name) {
    Variable variable = newestOfName.get(name);
    return variable == null ? null : homes.get(variable).get(newestType.get(variable));
  }

  /** The snippet of this wrapper class runs and so gives its variable a value. */
  synchronized void initialised(String owner) {
    Matcher wrapper = WRAPPER.matcher(owner);
    if (wrapper.matches()) {
      leftBehind.keySet().removeIf(v -> v.wrapper.equals(wrapper.group(1)));
    }
  }

  /** Variables whose type is new and which hold no value yet, with the class of their old field. */
  synchronized Map<Variable, String> takeLeftBehind() {
    Map<Variable, String> out = new HashMap<>(leftBehind);
    leftBehind.clear();
    return out;
  }

  /** The class as it will be defined. */
  byte[] weave(byte[] bytes) {
    ClassReader reader = new ClassReader(bytes);
    ClassWriter writer = new ClassWriter(reader, 0);
    reader.accept(new Weaver(writer), 0);
    return writer.toByteArray();
  }

  /**
   * The class without line numbers and with a canonical constant pool, to compare two compilations.
   */
  static byte[] essence(byte[] bytes) {
    ClassWriter writer = new ClassWriter(0);
    new ClassReader(bytes).accept(writer, ClassReader.SKIP_DEBUG);
    return writer.toByteArray();
  }

  private final class Registrar extends ClassVisitor {
    private String owner;

    Registrar() {
      super(Opcodes.ASM9);
    }

    @Override
    public void visit(int v, int access, String name, String sig, String sup, String[] ifs) {
      owner = name;
    }

    @Override
    public FieldVisitor visitField(int access, String name, String desc, String sig, Object value) {
      int excluded = Opcodes.ACC_SYNTHETIC | Opcodes.ACC_FINAL;
      if ((access & Opcodes.ACC_STATIC) != 0 && (access & excluded) == 0) {
        declare(owner, name, desc);
      }
      return null;
    }
  }

  private final class Weaver extends ClassVisitor {
    Weaver(ClassVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String desc, String sig, String[] ex) {
      MethodVisitor next = super.visitMethod(access, name, desc, sig, ex);
      boolean polled = (access & Opcodes.ACC_ABSTRACT) == 0 && !name.startsWith("<");
      return new Body(next, polled);
    }
  }

  private final class Body extends MethodVisitor {
    private final boolean pollAtEntry;
    private final Set<Label> seen = new HashSet<>();

    Body(MethodVisitor next, boolean pollAtEntry) {
      super(Opcodes.ASM9, next);
      this.pollAtEntry = pollAtEntry;
    }

    private void poll() {
      super.visitMethodInsn(Opcodes.INVOKESTATIC, INTERRUPTS, "poll", "()V", false);
    }

    @Override
    public void visitCode() {
      super.visitCode();
      if (pollAtEntry) {
        poll();
      }
    }

    @Override
    public void visitLabel(Label label) {
      seen.add(label);
      super.visitLabel(label);
    }

    @Override
    public void visitJumpInsn(int opcode, Label label) {
      if (seen.contains(label)) {
        poll();
      }
      super.visitJumpInsn(opcode, label);
    }

    @Override
    public void visitFieldInsn(int opcode, String owner, String name, String desc) {
      boolean isStatic = opcode == Opcodes.GETSTATIC || opcode == Opcodes.PUTSTATIC;
      super.visitFieldInsn(opcode, isStatic ? home(owner, name, desc) : owner, name, desc);
    }

    @Override
    public void visitMethodInsn(int op, String owner, String name, String desc, boolean itf) {
      if (owner.equals("java/lang/System") && name.equals("exit")) {
        super.visitMethodInsn(op, INTERRUPTS, "exit", desc, false);
      } else if (owner.equals("java/lang/Runtime")
          && (name.equals("exit") || name.equals("halt"))) {
        super.visitMethodInsn(
            Opcodes.INVOKESTATIC, INTERRUPTS, "exit", "(Ljava/lang/Runtime;I)V", false);
      } else {
        super.visitMethodInsn(op, owner, name, desc, itf);
      }
    }
  }
}
