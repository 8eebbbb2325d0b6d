-- Decides a batch of asks, all or nothing for each ask. decide-batch.ts says the same in TypeScript, with the reasons in the
-- files that it imports; tests hold the two together.
--
-- KEYS     the buckets, then the hosts (providers) whose exchanges in flight are counted, then the providers that are shared;
--          each key once
-- ARGV[1]  the plan, as take-plan.ts writes it: JSON of whole numbers, lists flat
--   now        the time in microseconds, or 0 for Redis's own clock
--   buckets    of every bucket: interval in microseconds, burst, 1 where it is in shadow mode
--   hosts      of every host: most in flight, 1 in shadow mode, what the caller says it has open there or -1
--   shared     of every shared provider: its bucket, the reserved part of that bucket in microseconds
--   edge       who the caller is, or an empty text; sequence and open: of its report
--   edgeMax    most that it may have open, or -1; edgeShadow: 1 in shadow mode
--   asks       of every ask: cost, host or 0, shared provider or 0, weight, how many buckets, and these
--   consumers  of every ask: who asks
-- Values   a bucket: its theoretical arrival time (TAT) in microseconds
--          a host: "edge count sequence expiresUs" of every edge, a semicolon between two
--          a shared provider: "consumer fairTatUs seenUs weight" of every consumer that shares, a semicolon between two
-- returns  of every ask six numbers: the gate that speaks (its buckets, then share, host, edge; negative when refused, 0 when
--          there is none), what remains, microseconds until all of it is back, microseconds until a repeat has room, the gates
--          in shadow mode without room as a sum of powers of two, and the weights of all who share
local plan = cjson.decode(ARGV[1])
local floor, ceil, max, min, huge = math.floor, math.ceil, math.max, math.min, math.huge
local call, format = redis.call, string.format
local leaseUs, inFlightWaitUs, shareWindowUs, sharersMax = 10000000, 1000000, 2000000, 256

local time = call('TIME')
local clock = tonumber(time[1]) * 1000000 + tonumber(time[2])
-- Redis lets keys expire by its own clock: beside a given one they are left a minute longer.
local now, graceUs = clock, 0
if plan.now > 0 then now, graceUs = plan.now, clock - plan.now + 60000000 end

-- Keys expire at whole seconds, so that a batch needs the text of few moments. As PXAT: Redis would rewrite a PX into it.
local expiries = {}
local function expiryOf(us)
  local second = ceil((us + graceUs) / 1000000)
  local text = expiries[second]
  if not text then
    text = format('%d000', second)
    expiries[second] = text
  end
  return text
end

local limits, hosts, shared = plan.buckets, plan.hosts, plan.shared
local buckets = #limits / 3
local hostCount, sharedCount = #hosts / 3, #shared / 2

-- What a script may unpack at once is bounded.
local stored = {}
for first = 1, #KEYS, 4000 do
  local last = min(first + 3999, #KEYS)
  local values = call('MGET', unpack(KEYS, first, last))
  if first == 1 then stored = values else
    for i = 1, #values do stored[first + i - 1] = values[i] end
  end
end

-- of every bucket the microseconds that are left of it: its TAT is now + span - left
local interval, burst, shadow, span, left, changed = {}, {}, {}, {}, {}, {}
for i = 1, buckets do
  local stepUs, most, known = limits[3 * i - 2], limits[3 * i - 1], tonumber(stored[i] or 0)
  local spanUs = stepUs * most
  interval[i], burst[i], span[i], shadow[i] = stepUs, most, spanUs, limits[3 * i] == 1
  if known <= now then
    left[i] = spanUs
  elseif known <= now + spanUs then
    left[i] = now + spanUs - known
  else
    -- kept, or a bucket from before the clock was set back would stay empty until the clock has caught up
    left[i], changed[i] = 0, true
  end
end

-- in flight: what has expired is forgotten, and the caller's report taken in
local edge, open, adds, own, leases = plan.edge, {}, {}, {}, {}
for h = 1, hostCount do
  local kept, sum, found = {}, 0, nil
  for name, count, sequence, expires in string.gmatch(stored[buckets + h] or '', '([^ ;]+) (%d+) (%d+) (%d+)') do
    local lease = { name, tonumber(count), tonumber(sequence), min(tonumber(expires), now + leaseUs) }
    if lease[4] > now then
      kept[#kept + 1] = lease
      if name == edge then found = lease end
    end
  end
  adds[h] = 1
  if edge ~= '' then
    if found and found[3] >= plan.sequence then
      adds[h] = 0
    else
      if not found then
        found = { edge, 0, 0, 0 }
        kept[#kept + 1] = found
      end
      local told = hosts[3 * h]
      if told >= 0 then found[2] = told end
      found[3], found[4] = plan.sequence, now + leaseUs
      own[h] = found
    end
  end
  for i = 1, #kept do sum = sum + kept[i][2] end
  leases[h], open[h] = kept, sum
end

-- who shares a provider, read when its bucket is first found low
local sharers, weightsOf = {}, {}
local function sharersOf(s)
  if sharers[s] then return sharers[s] end
  local kept, sum = {}, 0
  for name, fair, seen, weight in string.gmatch(stored[buckets + hostCount + s] or '', '(%d+) (%d+) (%d+) (%d+)') do
    local backUs = max(0, tonumber(seen) - now)
    local sharer = { name, tonumber(fair) - backUs, tonumber(seen) - backUs, tonumber(weight) }
    if sharer[3] > now - shareWindowUs or sharer[2] > now then
      kept[#kept + 1] = sharer
      sum = sum + sharer[4]
    end
  end
  sharers[s], weightsOf[s] = kept, sum
  return kept
end

local function see(s, consumer, weight)
  local all = sharersOf(s)
  local stalest = 1
  for i = 1, #all do
    local sharer = all[i]
    if sharer[1] == consumer then
      weightsOf[s] = weightsOf[s] - sharer[4] + weight
      sharer[3], sharer[4] = now, weight
      return sharer
    end
    if sharer[3] < all[stalest][3] then stalest = i end
  end
  local sharer = { consumer, now, now, weight }
  if #all < sharersMax then
    all[#all + 1] = sharer
  else
    weightsOf[s] = weightsOf[s] - all[stalest][4]
    all[stalest] = sharer
  end
  weightsOf[s] = weightsOf[s] + weight
  return sharer
end

local answers, n = {}, 0
local asks, at, ask, admitted = plan.asks, 1, 0, 0
while at <= #asks do
  ask = ask + 1
  local cost, host, share, weight, count = asks[at], asks[at + 1], asks[at + 2], asks[at + 3], asks[at + 4]
  local first = at + 4
  local refusedBy, refusedRemaining, refusedResetUs, waitUs, weights = 0, 0, 0, 0, 0
  local tightest, remaining, resetUs = 0, huge, 0
  local shadowed, spareOfShared = 0, nil
  local sharedBucket = share > 0 and shared[2 * share - 1]
  for gate = 1, count do
    local i = asks[first + gate]
    local intervalUs, leftUs = interval[i], left[i]
    local spareUs = leftUs - (cost == 1 and intervalUs or intervalUs * min(cost, burst[i]))
    if i == sharedBucket then spareOfShared = spareUs end
    if spareUs < 0 then
      if shadow[i] then
        shadowed = shadowed + 2 ^ (gate - 1)
      else
        if refusedBy == 0 then
          refusedBy, refusedRemaining, refusedResetUs = gate, floor(leftUs / intervalUs), span[i] - leftUs
        end
        waitUs = max(waitUs, -spareUs)
      end
    elseif not shadow[i] and spareUs < remaining * intervalUs then
      tightest, remaining, resetUs = gate, floor(spareUs / intervalUs), span[i] - spareUs
    end
  end

  -- a share holds only for what would reach into the reserved part
  local sharer, nextFair
  if spareOfShared and spareOfShared < shared[2 * share] then
    local i = shared[2 * share - 1]
    local found = see(share, plan.consumers[ask], weight)
    local stepUs = ceil((interval[i] * min(cost, burst[i]) * weightsOf[share]) / weight)
    local aheadUs = max(floor(shared[2 * share] / 2), stepUs)
    found[2] = min(found[2], now + ceil((span[i] * weightsOf[share]) / weight))
    local fair = max(now, found[2])
    local lackUs = fair + stepUs - now - aheadUs
    if lackUs <= 0 then
      sharer, nextFair = found, fair + stepUs
    elseif shadow[i] then
      shadowed = shadowed + 2 ^ count
    else
      if refusedBy == 0 then
        refusedBy, refusedResetUs, weights = count + 1, fair - now, weightsOf[share]
      end
      waitUs = max(waitUs, lackUs)
    end
  end

  if host > 0 and open[host] + adds[host] > hosts[3 * host - 2] then
    if hosts[3 * host - 1] == 1 then
      shadowed = shadowed + 2 ^ (count + 1)
    else
      if refusedBy == 0 then refusedBy, refusedResetUs = count + 2, inFlightWaitUs end
      waitUs = max(waitUs, inFlightWaitUs)
    end
  end
  if plan.edgeMax >= 0 and plan.open + admitted >= plan.edgeMax then
    if plan.edgeShadow == 1 then
      shadowed = shadowed + 2 ^ (count + 2)
    else
      if refusedBy == 0 then refusedBy, refusedResetUs = count + 3, inFlightWaitUs end
      waitUs = max(waitUs, inFlightWaitUs)
    end
  end

  if refusedBy > 0 then
    answers[n + 1], answers[n + 2], answers[n + 3], answers[n + 4] = -refusedBy, refusedRemaining, refusedResetUs, waitUs
    answers[n + 5], answers[n + 6] = shadowed, weights
  else
    admitted = admitted + 1
    for gate = 1, count do
      local i = asks[first + gate]
      local spareUs = left[i] - (cost == 1 and interval[i] or interval[i] * min(cost, burst[i]))
      -- one in shadow mode without room is over its limit already, and stays as it is
      if spareUs >= 0 then left[i], changed[i] = spareUs, true end
    end
    if sharer then sharer[2] = nextFair end
    if host > 0 then
      open[host] = open[host] + adds[host]
      if own[host] then own[host][2] = own[host][2] + 1 end
    end
    answers[n + 1], answers[n + 2], answers[n + 3] = tightest, tightest > 0 and remaining or 0, resetUs
    answers[n + 4], answers[n + 5], answers[n + 6] = 0, shadowed, 0
  end
  n = n + 6
  at = first + count + 1
end

-- %d: left to itself Lua rounds to 14 digits, and Redis takes a microsecond longer over a number
for i = 1, buckets do
  -- Past its TAT a bucket is full and need not be remembered.
  if changed[i] then
    local tat = now + span[i] - left[i]
    call('SET', KEYS[i], format('%d', tat), 'PXAT', expiryOf(tat))
  end
end
for h = 1, hostCount do
  if own[h] then
    local texts = {}
    for i, lease in ipairs(leases[h]) do
      texts[i] = format('%s %d %d %d', lease[1], lease[2], lease[3], lease[4])
    end
    call('SET', KEYS[buckets + h], table.concat(texts, ';'), 'PXAT', expiryOf(now + leaseUs))
  end
end
for s, all in pairs(sharers) do
  local texts, lastUs = {}, now + shareWindowUs
  for i, sharer in ipairs(all) do
    texts[i] = format('%s %d %d %d', sharer[1], sharer[2], sharer[3], sharer[4])
    lastUs = max(lastUs, sharer[2])
  end
  call('SET', KEYS[buckets + hostCount + s], table.concat(texts, ';'), 'PXAT', expiryOf(lastUs))
end
return answers
