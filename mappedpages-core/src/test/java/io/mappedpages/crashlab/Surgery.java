package io.mappedpages.crashlab;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Small operations on the bytecode of one method, each of which takes out one thing that matters. */
final class Surgery {

    /** Decides what becomes of an instruction. */
    interface Cut {
        /** {@return whether the instruction was dealt with} */
        boolean apply(CodeBuilder code, CodeElement element);
    }

    final String method;
    private final Cut cut;
    private final AtomicInteger hits = new AtomicInteger();

    private Surgery(String method, Cut cut) {
        this.method = method;
        this.cut = cut;
    }

    /** How often something was cut; not at all means that the code has changed and the cut is out of date. */
    int hits() {
        return hits.get();
    }

    boolean isIn(MethodModel where) {
        String name = where.methodName().stringValue();
        return name.equals(method) || name.startsWith("lambda$" + method + "$");
    }

    CodeTransform transform() {
        return (code, element) -> {
            if (cut.apply(code, element)) {
                hits.incrementAndGet();
            } else {
                code.with(element);
            }
        };
    }

    private static boolean calls(CodeElement element, String name, String descriptorPart) {
        return element instanceof InvokeInstruction call && call.name().equalsString(name)
                && call.type().stringValue().contains(descriptorPart);
    }

    private static void popArguments(CodeBuilder code, InvokeInstruction call) {
        List<ClassDesc> parameters = call.typeSymbol().parameterList();
        for (ClassDesc parameter : parameters.reversed()) {
            pop(code, TypeKind.from(parameter));
        }
        if (call.opcode() != Opcode.INVOKESTATIC) {
            code.pop();
        }
    }

    private static void pop(CodeBuilder code, TypeKind kind) {
        if (kind.slotSize() == 2) {
            code.pop2();
        } else {
            code.pop();
        }
    }

    /** The calls of {@code name} are not made; {@code result} pushes what they would have returned. */
    static Surgery replaceCall(String method, String name, String descriptorPart, Consumer<CodeBuilder> result) {
        return new Surgery(method, (code, element) -> {
            if (!calls(element, name, descriptorPart)) {
                return false;
            }
            popArguments(code, (InvokeInstruction) element);
            result.accept(code);
            return true;
        });
    }

    /** The calls of {@code name}, which return nothing, are not made. */
    static Surgery dropCall(String method, String name, String descriptorPart) {
        return replaceCall(method, name, descriptorPart, _ -> {
        });
    }

    /** Of the calls of {@code name}, which return nothing, number {@code which}, counted from 0, is not made. */
    static Surgery dropOneCall(String method, String name, int which) {
        int[] seen = new int[1];
        return new Surgery(method, (code, element) -> {
            if (!calls(element, name, "") || seen[0]++ != which) {
                return false;
            }
            popArguments(code, (InvokeInstruction) element);
            return true;
        });
    }

    /** After each call of {@code name} something is done to what it returned. */
    static Surgery afterCall(String method, String name, Consumer<CodeBuilder> then) {
        return new Surgery(method, (code, element) -> {
            if (!calls(element, name, "")) {
                return false;
            }
            code.with(element);
            then.accept(code);
            return true;
        });
    }

    /** Another method of the same class and type is called in the place of {@code name}. */
    static Surgery callInstead(String method, String name, String other) {
        return new Surgery(method, (code, element) -> {
            if (!calls(element, name, "")) {
                return false;
            }
            InvokeInstruction call = (InvokeInstruction) element;
            code.invoke(call.opcode(), call.owner().asSymbol(), other, call.typeSymbol(), call.isInterface());
            return true;
        });
    }

    /** The method begins with {@code first}, which may return. */
    static Surgery atStart(String method, Consumer<CodeBuilder> first) {
        boolean[] begun = new boolean[1];
        return new Surgery(method, (code, element) -> {
            if (begun[0]) {
                return false;
            }
            begun[0] = true;
            first.accept(code);
            code.with(element);
            return true;
        });
    }

    /** Comparisons of two longs are replaced. */
    static Surgery compareLongs(String method, Consumer<CodeBuilder> instead) {
        return operator(method, Opcode.LCMP, instead);
    }

    /** An operator is replaced; its operands are on the stack. */
    static Surgery operator(String method, Opcode opcode, Consumer<CodeBuilder> instead) {
        return new Surgery(method, (code, element) -> {
            if (!(element instanceof OperatorInstruction operator) || operator.opcode() != opcode) {
                return false;
            }
            instead.accept(code);
            return true;
        });
    }

    /** Where two ints are compared for being equal, they are taken to be. */
    static Surgery alwaysEqual(String method) {
        return new Surgery(method, (code, element) -> {
            if (element instanceof BranchInstruction branch && branch.opcode() == Opcode.IF_ICMPEQ) {
                code.pop2().goto_(branch.target());
                return true;
            }
            if (element instanceof BranchInstruction branch && branch.opcode() == Opcode.IF_ICMPNE) {
                code.pop2();
                return true;
            }
            return false;
        });
    }

    /** Branches of this kind are not taken. */
    static Surgery neverBranches(String method, Opcode opcode) {
        return new Surgery(method, (code, element) -> {
            if (element instanceof BranchInstruction branch && branch.opcode() == opcode) {
                code.pop();
                return true;
            }
            return false;
        });
    }

    /** Where the exclusive latch is waited for and taken, it is not: the caller goes on with one that nobody has granted. */
    static Surgery withoutLatch(String method) {
        return new Surgery(method, (code, element) -> {
            if (!calls(element, "acquireExclusive", "")) {
                return false;
            }
            for (int i = ((InvokeInstruction) element).typeSymbol().parameterCount(); i > 0; i--) {
                code.pop(); // the deadline, and what ends waiting; the latch, or the borrow it is part of, is below
            }
            code.invokevirtual(ClassDesc.of("io.mappedpages.internal.latch.Latch"), "find", MethodTypeDesc.of(
                    ConstantDescs.CD_void));
            code.iconst_1();
            return true;
        });
    }

    /** A number is taken for another of its type. */
    static Surgery constant(String method, ConstantDesc number, ConstantDesc other) {
        return new Surgery(method, (code, element) -> {
            if (element instanceof ConstantInstruction constant && constant.constantValue().equals(number)) {
                code.loadConstant(other);
                return true;
            }
            return false;
        });
    }

    /** One constant of an enum is taken for another. */
    static Surgery otherConstant(String method, String constant, String other) {
        return new Surgery(method, (code, element) -> {
            if (element instanceof FieldInstruction field && field.opcode() == Opcode.GETSTATIC
                    && field.name().equalsString(constant)) {
                code.getstatic(field.owner().asSymbol(), other, field.typeSymbol());
                return true;
            }
            return false;
        });
    }
}
