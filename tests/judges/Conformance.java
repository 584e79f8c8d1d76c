// Judges PDFs with the engine of veraPDF: does each conform to each of some profiles?
//   java -cp LIBRARIES Conformance.java PROFILES FILE...
// Prints `ok: FILE: PROFILE` or `FAILED: FILE: PROFILE: RULE: what, how often, where first`.
// Exits with 1 if something failed, with 2 if a file could not be judged.

import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

public final class Conformance {
    /** More examples of one broken rule than this say nothing new. */
    private static final int EXAMPLES = 2;

    public static void main(String[] arguments) {
        if (arguments.length < 2) {
            System.err.println("Conformance: profiles and files are wanted");
            System.exit(2);
        }
        // The engine writes to the log what it also returns.
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        List<PDFAFlavour> profiles = new ArrayList<>();
        for (String name : arguments[0].split(",")) {
            PDFAFlavour profile = PDFAFlavour.byFlavourId(name);
            if (profile == PDFAFlavour.NO_FLAVOUR) {
                System.err.println("Conformance: there is no profile " + name);
                System.exit(2);
            }
            profiles.add(profile);
        }
        int exit = 0;
        for (String file : Arrays.asList(arguments).subList(1, arguments.length)) {
            for (PDFAFlavour profile : profiles) {
                exit = Math.max(exit, judge(new File(file), profile));
            }
        }
        System.exit(exit);
    }

    private static int judge(File file, PDFAFlavour profile) {
        String about = file.getName() + ": " + profile.getId();
        try (var parser = Foundries.defaultInstance().createParser(file, profile);
                var validator = Foundries.defaultInstance().createValidator(profile, EXAMPLES, false, true, false)) {
            ValidationResult result = validator.validate(parser);
            if (result.isCompliant()) {
                System.out.println("ok: " + about + ", " + result.getTotalAssertions() + " tests");
                return 0;
            }
            brokenRules(result).forEach((rule, what) -> System.out.println("FAILED: " + about + ": " + rule + ": " + what));
            return 1;
        } catch (Exception | LinkageError problem) {
            System.out.println("FAILED: " + about + ": it cannot be judged: " + problem);
            return 2;
        }
    }

    /** Each broken rule once, with the number of its cases and the first of them. */
    private static Map<String, String> brokenRules(ValidationResult result) {
        Map<String, String> told = new TreeMap<>();
        result.getFailedChecks().forEach((rule, count) ->
            told.put(rule.getClause() + "-" + rule.getTestNumber(), count + " times"));
        for (TestAssertion test : result.getTestAssertions()) {
            if (test.getStatus() != TestAssertion.Status.FAILED) continue;
            String rule = test.getRuleId().getClause() + "-" + test.getRuleId().getTestNumber();
            String message = test.getErrorMessage() == null ? test.getMessage() : test.getErrorMessage();
            String place = test.getLocation() == null ? "" : test.getLocation().getContext();
            told.computeIfPresent(rule, (name, known) -> known.contains(", first ")
                ? known
                : oneLine(message) + ", " + known + ", first at " + oneLine(place));
        }
        return told;
    }

    private static String oneLine(String text) {
        return text == null ? "" : text.strip().replaceAll("\\s+", " ");
    }
}
