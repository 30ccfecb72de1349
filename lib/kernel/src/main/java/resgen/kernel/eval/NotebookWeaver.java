package resgen.kernel.eval;

import java.lang.invoke.LambdaMetafactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Rewrites the classes that JShell compiles for a notebook, before they are defined.
 *
 * <ul>
 *   <li>Interrupt polls at loop back-edges and method entries.
 *   <li>{@code System.exit}, called or referred to, becomes an error of the cell; see also {@link
 *       ExitGuard}.
 *   <li>Calls among methods of one name are linked to the newest of them ({@link OverloadLinks}).
 *   <li>One home for each variable ({@link LiveVariables}), so that its value stays, also for
 *       lambdas and threads that hold an older version of its class.
 * </ul>
 */
final class NotebookWeaver {
  private static final String INTERRUPTS = "resgen/kernel/eval/Interrupts";
  private static final String STATICS = "resgen/kernel/eval/Statics";
  private static final Pattern OWN_CLASS = Pattern.compile("REPL/\\$JShell\\$\\w+\\$[\\w$]+");
  private static final int CONSTANT_UTF8 = 1;
  private static final String FACTORY = "java/lang/invoke/LambdaMetafactory";
  private static final Handle SERIALIZABLE_FACTORY =
      new Handle(
          Opcodes.H_INVOKESTATIC,
          FACTORY,
          "altMetafactory",
          "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;"
              + "Ljava/lang/invoke/MethodType;[Ljava/lang/Object;)Ljava/lang/invoke/CallSite;",
          false);

  private final LiveVariables variables;

  NotebookWeaver(LiveVariables variables) {
    this.variables = variables;
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

  /** What a class does to begin, to compare two compilations; empty when it does nothing. */
  static byte[] initializer(byte[] bytes) {
    ClassWriter writer = new ClassWriter(0);
    boolean[] any = new boolean[1];
    ClassVisitor only =
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public MethodVisitor visitMethod(
              int access, String name, String desc, String sig, String[] ex) {
            any[0] |= name.equals("<clinit>");
            return name.equals("<clinit>") ? writer.visitMethod(access, name, desc, sig, ex) : null;
          }
        };
    writer.visit(Opcodes.V17, 0, "Initializer", null, "java/lang/Object", null);
    new ClassReader(bytes).accept(only, ClassReader.SKIP_DEBUG);
    return any[0] ? writer.toByteArray() : new byte[0];
  }

  /** The notebook's own classes, by their names, that a class mentions. */
  static Set<String> mentions(byte[] bytes) {
    ClassReader reader = new ClassReader(bytes);
    Set<String> out = new HashSet<>();
    for (int i = 1; i < reader.getItemCount(); i++) {
      int at = reader.getItem(i);
      if (at > 0 && bytes[at - 1] == CONSTANT_UTF8) {
        int length = reader.readUnsignedShort(at);
        String text = new String(bytes, at + 2, length, StandardCharsets.UTF_8);
        Matcher found = OWN_CLASS.matcher(text);
        while (found.find()) {
          out.add(found.group().replace('/', '.'));
        }
      }
    }
    return out;
  }

  private final class Weaver extends ClassVisitor {
    private String name;

    Weaver(ClassVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public void visit(int v, int access, String name, String sig, String sup, String[] ifs) {
      this.name = name;
      super.visit(v, access, name, sig, sup, ifs);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String desc, String sig, String[] ex) {
      MethodVisitor next = super.visitMethod(access, name, desc, sig, ex);
      boolean polled = (access & Opcodes.ACC_ABSTRACT) == 0 && !name.startsWith("<");
      return name.equals("<clinit>") ? new Initializer(next, this.name) : new Body(next, polled);
    }
  }

  /** Notes that the class began: {@link Statics}. */
  private final class Initializer extends Body {
    private final String owner;

    Initializer(MethodVisitor next, String owner) {
      super(next, false);
      this.owner = owner;
    }

    @Override
    public void visitCode() {
      super.visitCode();
      super.visitLdcInsn(Type.getObjectType(owner));
      super.visitMethodInsn(Opcodes.INVOKESTATIC, STATICS, "begun", "(Ljava/lang/Class;)V", false);
    }

    @Override
    public void visitMaxs(int stack, int locals) {
      super.visitMaxs(Math.max(1, stack), locals);
    }
  }

  private class Body extends MethodVisitor {
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
      super.visitFieldInsn(
          opcode, isStatic ? variables.home(owner, name, desc) : owner, name, desc);
    }

    @Override
    public void visitMethodInsn(int op, String owner, String name, String desc, boolean itf) {
      String exit = exit(owner, name, desc);
      if (exit != null) {
        super.visitMethodInsn(Opcodes.INVOKESTATIC, INTERRUPTS, "exit", exit, false);
      } else if (op == Opcodes.INVOKESTATIC && OverloadLinks.takes(owner)) {
        super.visitInvokeDynamicInsn(name, desc, OverloadLinks.BOOTSTRAP);
      } else {
        super.visitMethodInsn(op, owner, name, desc, itf);
      }
    }

    /** A method reference, such as {@code System::exit}, is an argument of a call site. */
    @Override
    public void visitInvokeDynamicInsn(String name, String desc, Handle bootstrap, Object... args) {
      Object[] woven = args.clone();
      for (int i = 0; i < woven.length; i++) {
        if (woven[i] instanceof Handle handle) {
          String exit = exit(handle.getOwner(), handle.getName(), handle.getDesc());
          woven[i] =
              exit == null
                  ? handle
                  : new Handle(Opcodes.H_INVOKESTATIC, INTERRUPTS, "exit", exit, false);
        }
      }
      if (bootstrap.getOwner().equals(FACTORY)) {
        super.visitInvokeDynamicInsn(name, desc, SERIALIZABLE_FACTORY, serializable(woven));
      } else {
        super.visitInvokeDynamicInsn(name, desc, bootstrap, woven);
      }
    }

    /**
     * The arguments of a lambda's call site that make it tell what it runs: {@link HeirLambdas}.
     */
    private static Object[] serializable(Object[] args) {
      boolean alternative = args.length > 3;
      Object[] out = alternative ? args.clone() : Arrays.copyOf(args, 4);
      int flags = alternative ? (Integer) args[3] : 0;
      out[3] = flags | LambdaMetafactory.FLAG_SERIALIZABLE;
      return out;
    }

    /** The descriptor of what takes the place of a call that ends the JVM; null for other calls. */
    private static String exit(String owner, String name, String desc) {
      if (owner.equals("java/lang/System") && name.equals("exit")) {
        return desc;
      }
      boolean ofRuntime =
          owner.equals("java/lang/Runtime") && (name.equals("exit") || name.equals("halt"));
      return ofRuntime ? "(Ljava/lang/Runtime;I)V" : null;
    }
  }
}
