-- For wrk: each request writes 4 KiB to one of the protected pages 0 to 63, which must be there.
local body = string.rep("x", 4096)
local headers = {["Content-Type"] = "application/octet-stream"}
local n = 0

function request()
    n = (n + 1) % 64
    return wrk.format("PUT", "/api/protected/" .. n, headers, body)
end

function done(summary, latency)
    local errors = summary.errors
    print(string.format("%d requests, %d errors; a second: %.0f; p50 %.1f ms, p99 %.1f ms", summary.requests,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout,
        summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
