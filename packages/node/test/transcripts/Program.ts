/**
 * The server of the transcripts as a program over stdio.
 *
 * @since 0.1.0
 */
import { layer } from "../../../core/test/transcripts/Server.ts"
import * as StdioServer from "../../src/StdioServer.ts"

StdioServer.runMain(layer, { drainTimeout: "10 millis" })
