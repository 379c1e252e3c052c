-- CreateIndex
CREATE INDEX "Event_hostId_cursor_idx" ON "Event"("hostId", "cursor");
