package resgen.kernel.eval;

import java.util.HashSet;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Rewrites the classes that JShell compiles for a notebook, before they are defined.
 *
 * <ul>
 *   <li>Interrupt polls at loop back-edges and method entries.
 *   <li>{@code System.exit} becomes an error of the cell.
 *   <li>Calls among methods of one name are linked to the newest of them ({@link OverloadLinks}).
 *   <li>One home for each variable ({@link LiveVariables}), so that its value stays, also for
 *       lambdas and threads that hold an older version of its class.
 * </ul>
 */
final class NotebookWeaver {
  private static final String INTERRUPTS = "resgen/kernel/eval/Interrupts";

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
      super.visitFieldInsn(
          opcode, isStatic ? variables.home(owner, name, desc) : owner, name, desc);
    }

    @Override
    public void visitMethodInsn(int op, String owner, String name, String desc, boolean itf) {
      if (owner.equals("java/lang/System") && name.equals("exit")) {
        super.visitMethodInsn(op, INTERRUPTS, "exit", desc, false);
      } else if (owner.equals("java/lang/Runtime")
          && (name.equals("exit") || name.equals("halt"))) {
        super.visitMethodInsn(
            Opcodes.INVOKESTATIC, INTERRUPTS, "exit", "(Ljava/lang/Runtime;I)V", false);
      } else if (op == Opcodes.INVOKESTATIC && OverloadLinks.takes(owner)) {
        super.visitInvokeDynamicInsn(name, desc, OverloadLinks.BOOTSTRAP);
      } else {
        super.visitMethodInsn(op, owner, name, desc, itf);
      }
    }
  }
}
