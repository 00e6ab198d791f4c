/** Starts the server of trino-main: its own launcher is in a jar that is not on Maven Central. */
public final class TrinoNext {
    public static void main(String[] arguments) {
        new io.trino.server.Server().start(arguments[0]);
    }
}
