package resgen.kernel.eval;

import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.ClassDefinition;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.function.IntConsumer;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Keeps code that is not the notebook's own from ending the kernel's process: libraries, and calls
 * through reflection. {@link NotebookWeaver} sees neither.
 *
 * <p>{@code Runtime.exit} and {@code Runtime.halt} first ask a hook, which throws. It is a class
 * that is defined in {@code java.lang}, for nothing else can be seen from there. Signals and the
 * end of the JVM itself take other ways and still work.
 */
public final class ExitGuard {
  private static final String HOOK = "java/lang/NotebookExitHook";
  private static final String FIELD = "hook";
  private static final String TYPE = "Ljava/util/function/IntConsumer;";
  private static volatile boolean open;

  private ExitGuard() {}

  /**
   * From now on only {@link #exit} and {@link #halt} end the process.
   *
   * @return false where this JVM does not let its classes be changed
   */
  public static boolean install() {
    try {
      RedefineAgent.openJavaLang(ExitGuard.class.getModule());
      Class<?> hook =
          MethodHandles.privateLookupIn(Runtime.class, MethodHandles.lookup()).defineClass(hook());
      IntConsumer refusal = ExitGuard::refuse;
      hook.getField(FIELD).set(null, refusal);
      return RedefineAgent.redefine(List.of(new ClassDefinition(Runtime.class, guarded())));
    } catch (ReflectiveOperationException | LinkageError | IOException | RuntimeException e) {
      return false;
    }
  }

  private static void refuse(int status) {
    if (!open) {
      Interrupts.exit(status);
    }
  }

  /** Ends the process. */
  public static void exit(int status) {
    open = true;
    System.exit(status);
  }

  /** Ends the process at once. */
  public static void halt(int status) {
    open = true;
    Runtime.getRuntime().halt(status);
  }

  private static byte[] hook() {
    ClassWriter out = new ClassWriter(0);
    int access = Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SUPER;
    out.visit(Opcodes.V17, access, HOOK, null, "java/lang/Object", null);
    int field = Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC | Opcodes.ACC_VOLATILE;
    out.visitField(field, FIELD, TYPE, null, null).visitEnd();
    out.visitEnd();
    return out.toByteArray();
  }

  private static byte[] guarded() throws IOException {
    try (InputStream in = ClassLoader.getSystemResourceAsStream("java/lang/Runtime.class")) {
      if (in == null) {
        throw new IOException("no java.lang.Runtime");
      }
      ClassReader reader = new ClassReader(in);
      ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
      reader.accept(new Guard(writer), 0);
      return writer.toByteArray();
    }
  }

  private static final class Guard extends ClassVisitor {
    Guard(ClassVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String desc, String sig, String[] ex) {
      MethodVisitor next = super.visitMethod(access, name, desc, sig, ex);
      boolean ends = desc.equals("(I)V") && (name.equals("exit") || name.equals("halt"));
      return ends ? new Asking(next) : next;
    }
  }

  /** {@code if (hook != null) hook.accept(status);} at the beginning. */
  private static final class Asking extends MethodVisitor {
    Asking(MethodVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public void visitCode() {
      super.visitCode();
      Label none = new Label();
      super.visitFieldInsn(Opcodes.GETSTATIC, HOOK, FIELD, TYPE);
      super.visitJumpInsn(Opcodes.IFNULL, none);
      super.visitFieldInsn(Opcodes.GETSTATIC, HOOK, FIELD, TYPE);
      super.visitVarInsn(Opcodes.ILOAD, 1);
      super.visitMethodInsn(
          Opcodes.INVOKEINTERFACE, "java/util/function/IntConsumer", "accept", "(I)V", true);
      super.visitLabel(none);
      super.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
      super.visitInsn(Opcodes.NOP); // the method's own first frame may not be at the same place
    }
  }
}
